package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How readers find out how far the trees agree that one writer signed. */
class DisputesTest extends ForkScene {
  private final Random random = new Random(21);

  @Test
  void theFirstBlockThatDiffersIsFoundWithAsManyQuestionsAsTheTreeHasLevels() throws IOException {
    for (int i = 0; i < 200; i++) {
      int common = random.nextInt(70);
      Log one = forked(common, 100, 1 + random.nextInt(40));
      Log other = forked(common, 200, 1 + random.nextInt(40));
      Log reader = copyOf(one);
      long shorter = Math.min(one.length(), other.length());
      long compared = common + 1L + random.nextInt((int) shorter - common);

      int questions = settle(reader, other, ExchangeTest.upgrade(other, 0, compared));

      Evidence evidence = reader.evidence().orElseThrow();
      assertThat(evidence.isExact()).isTrue();
      assertThat(evidence.agreedLength()).isEqualTo(common);
      assertThat(evidence.length()).isEqualTo(compared);
      assertThat(questions).isLessThanOrEqualTo(7);
      assertThat(reader.length()).isEqualTo(common);
      assertThat(reader.contiguousLength()).isEqualTo(common);
      Evidence elsewhere = Evidence.check(one.key(), evidence.proof());
      assertThat(elsewhere.isExact()).isTrue();
      assertThat(elsewhere.agreedLength()).isEqualTo(common);
    }
  }

  @Test
  void whoSawLessOfTheDisputeHasTheSameAsTheOthersOnceItIsShownTheExactEvidence()
      throws IOException {
    for (int i = 0; i < 200; i++) {
      int common = 1 + random.nextInt(40);
      Log one = forked(common, 100, 20 + random.nextInt(40));
      Log other = forked(common, 200, 20 + random.nextInt(40));
      Log exact = copyOf(one);
      long compared = common + 1L + random.nextInt(20);
      settle(exact, other, ExchangeTest.upgrade(other, 0, compared));
      Evidence evidence = exact.evidence().orElseThrow();
      Log sparse = headOf(random.nextBoolean() ? one : other);
      List<Log> all = List.of(copyOf(one), copyOf(other), sparse, one, other);
      Log roughly = all.get(0);
      roughly.apply(ExchangeTest.upgrade(other, 0, common + 1 + random.nextInt(20)));
      assertThat(roughly.evidence()).isPresent();
      assertThat(roughly.length()).as("until it is known").isGreaterThanOrEqualTo(common);

      for (Log log : all) {
        log.applyAll(evidence.proofs());
      }

      for (Log log : all) {
        assertThat(log.length()).isEqualTo(common);
        Evidence taken = log.evidence().orElseThrow();
        assertThat(taken.isExact()).isTrue();
      }
      for (long block = 0; block < common; block++) {
        Log from = random.nextBoolean() ? one : other;
        sparse.apply(ExchangeTest.ask(from, sparse.wanted(block), null, null));
      }
      assertThat(sparse.contiguousLength()).isEqualTo(common);
      assertThat(sparse.get(common - 1)).isEqualTo(one.get(common - 1));
    }
  }

  @Test
  void ofThreeHistoriesAllEndWithWhatNoTwoOfThemDispute() throws IOException {
    Log one = forked(20, 100, 13);
    Log other = forked(20, 200, 12);
    Log third = forked(9, 300, 30);
    Log reader = copyOf(one);
    settle(reader, other, ExchangeTest.upgrade(other, 0, 22));
    assertThat(reader.length()).isEqualTo(20);
    Evidence first = reader.evidence().orElseThrow();

    settle(reader, third, ExchangeTest.upgrade(third, 0, 30));

    assertThat(reader.length()).isEqualTo(9);
    Evidence second = reader.evidence().orElseThrow();
    for (Log log : List.of(copyOf(one), copyOf(other), copyOf(third))) {
      log.applyAll(second.proofs());
      log.applyAll(first.proofs());
      assertThat(log.length()).isEqualTo(9);
      assertThat(log.evidence().orElseThrow().isExact()).isTrue();
    }
  }

  @Test
  void anAnswerOfTheSameTreeOrToNoQuestionChangesNothing() throws IOException {
    Log one = forked(20, 100, 13);
    Log other = forked(20, 200, 12);
    Log reader = readerOf(one);
    Applied.Conflict conflict = (Applied.Conflict) reader.apply(ExchangeTest.upgrade(other, 0, 32));
    ProofRequest.Hash question = conflict.question().orElseThrow();
    Applied nothing = new Applied.Conflict(conflict.evidence(), Optional.empty());

    assertThat(reader.apply(ExchangeTest.ask(one, null, question, null))).isEqualTo(nothing);
    assertThat(reader.apply(ExchangeTest.ask(other, null, new ProofRequest.Hash(2, 1), null)))
        .as("this is what is asked")
        .isEqualTo(conflict);
    assertThat(reader.length()).isEqualTo(33);

    Log again = reader();
    assertThat(again.apply(ExchangeTest.ask(other, null, question, null)))
        .as("what was asked before the log was closed")
        .isEqualTo(nothing);
    settle(again, other, ExchangeTest.upgrade(other, 0, 32));
    assertThat(again.length()).isEqualTo(20);
  }

  @Test
  void evidenceIsStoredAndShownAgainAsExactAsItWas() throws IOException {
    Log one = forked(20, 100, 13);
    Log other = forked(20, 200, 12);
    Log reader = readerOf(one);
    settle(reader, other, ExchangeTest.upgrade(other, 0, 32));

    Log again = reader();

    assertThat(again.length()).isEqualTo(20);
    assertThat(again.evidence()).isEqualTo(reader.evidence());
    Evidence evidence = again.evidence().orElseThrow();
    assertThat(evidence.key()).isEqualTo(one.key());
    assertThatThrownBy(() -> Evidence.check(SIGNER.publicKey(), evidence.proof()))
        .as("about another log")
        .isInstanceOf(InvalidProofException.class);
    Evidence ofRoots =
        Evidence.of(
            one.key(), MANIFEST, evidence.rootProofs().get(0), evidence.rootProofs().get(1));
    assertThat(ofRoots.isExact()).isFalse();
    assertThat(ofRoots.agreedLength()).as("no root of 32 blocks is the same").isZero();
  }

  @Test
  void listenersAreToldOfEachEvidenceThatTheLogIsFrozenFor() throws IOException {
    Log one = forked(20, 100, 13);
    Log other = forked(20, 200, 12);
    Log reader = copyOf(one);
    List<Long> told = new ArrayList<>();
    reader.addListener(
        new LogListener() {
          @Override
          public void conflict(Log log, Evidence evidence) {
            told.add(evidence.agreedLength());
          }
        });

    settle(reader, other, ExchangeTest.upgrade(other, 0, 32));
    reader.applyAll(reader.evidence().orElseThrow().proofs());

    assertThat(told).containsExactly(0L, 20L);
  }

  /** Whoever passes the two proofs on may lie about the sizes of two leaves that it only claims. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLieAboutSizesInTheProofsKeepsNoBlockAwayAndChangesNoNodeThatIsStored(boolean stored)
      throws IOException {
    Log one = forked(9, 100, 8);
    Log other = forked(9, 200, 8);
    Log exact = copyOf(one);
    settle(exact, other, ExchangeTest.upgrade(other, 0, 12));
    Log sparse = headOf(one);
    if (stored) {
      sparse.apply(ExchangeTest.ask(one, sparse.wanted(8), null, null));
    }
    List<Proof> lies =
        exact.evidence().orElseThrow().proofs().stream()
            .map(DisputesTest::withBytesShifted)
            .toList();

    sparse.applyAll(lies);

    assertThat(sparse.length()).isEqualTo(9);
    for (long block = stored ? 7 : 8; block >= 0; block--) {
      assertThat(sparse.apply(ExchangeTest.ask(other, sparse.wanted(block), null, null)))
          .isInstanceOf(Applied.Stored.class);
    }
    assertThat(sparse.contiguousLength()).isEqualTo(9);
    Proof passedOn = ExchangeTest.ask(sparse, null, new ProofRequest.Hash(16, 0), null);
    assertThat(Objects.requireNonNull(passedOn.hash()).nodes().get(0).size())
        .isEqualTo(one.get(8).length);
  }

  @Test
  void aTreeThatIsShownOnceMoreWithLessKeepsWhatWasShown() throws IOException {
    Log one = forked(20, 100, 20);
    Log other = forked(20, 200, 20);
    Log exact = copyOf(one);
    settle(exact, other, ExchangeTest.upgrade(other, 0, 30));
    Evidence evidence = exact.evidence().orElseThrow();
    Log sparse = headOf(one);

    sparse.applyAll(
        List.of(evidence.proofs().get(0), evidence.rootProofs().get(0), evidence.proofs().get(1)));

    assertThat(sparse.length()).isEqualTo(20);
  }

  /** Whoever shows a tree to begin a search with may lie about two roots that it only claims. */
  @Test
  void aLieAboutSizesInATreeThatIsShownEndsNoSearch() throws IOException {
    Log one = forked(20, 100, 30);
    Log other = forked(20, 200, 12);
    Log reader = copyOf(one);
    Proof whole = ExchangeTest.upgrade(other, 0, 24);
    Proof.Upgrade upgrade = Objects.requireNonNull(whole.upgrade());
    assertThat(upgrade.nodes()).as("0..16 and 16..24").hasSize(2);
    assertThat(upgrade.additionalNodes()).as("24..32").hasSize(1);
    Proof.Upgrade lie =
        new Proof.Upgrade(
            0,
            24,
            List.of(upgrade.nodes().get(0), resized(upgrade.nodes().get(1), 1)),
            List.of(resized(upgrade.additionalNodes().get(0), -1)),
            upgrade.signature());

    settle(reader, other, new Proof(0, 0, null, null, null, lie, whole.manifest()));

    assertThat(reader.length()).isEqualTo(20);
    assertThat(reader.evidence().orElseThrow().isExact()).isTrue();
  }

  @Test
  void twoOtherTreesAreSearchedAtATime() throws IOException {
    Log one = forked(20, 100, 12);
    Log other = forked(20, 200, 12);
    Log third = forked(5, 300, 27);
    Log reader = copyOf(one);
    ProofRequest.Hash ofThird = question(reader.apply(ExchangeTest.upgrade(third, 0, 32)));
    ProofRequest.Hash ofOther = question(reader.apply(ExchangeTest.upgrade(other, 0, 32)));

    Applied next = reader.apply(ExchangeTest.ask(third, null, ofThird, null));
    settle(reader, other, reader.apply(ExchangeTest.ask(other, null, ofOther, null)));
    settle(reader, third, next);

    assertThat(reader.length()).isEqualTo(5);
  }

  @Test
  void exactEvidenceTakesThePlaceOfWhatIsNotAlthoughThatShowsAnEarlierDifference()
      throws IOException {
    Log one = forked(20, 100, 12);
    Log other = forked(20, 200, 12);
    Log third = forked(5, 300, 27);
    Log exact = copyOf(one);
    settle(exact, other, ExchangeTest.upgrade(other, 0, 32));
    Log reader = copyOf(one);
    reader.apply(ExchangeTest.upgrade(third, 0, 16));

    reader.applyAll(exact.evidence().orElseThrow().proofs());

    assertThat(reader.length()).as("no less is known to be in dispute").isEqualTo(20);
    settle(reader, third, ExchangeTest.upgrade(third, 0, 16));
    assertThat(reader.length()).isEqualTo(5);
  }

  @Test
  void whoHasTheHeadAloneIsFrozenByOneOfTheTwoProofs() throws IOException {
    Log one = forked(20, 100, 12);
    Log other = forked(20, 200, 20);
    Log exact = copyOf(one);
    settle(exact, other, ExchangeTest.upgrade(other, 0, 32));
    Log sparse = headOf(one);

    List<Applied> applied = sparse.applyAll(exact.evidence().orElseThrow().proofs().subList(1, 2));

    assertThat(applied.get(0)).isInstanceOf(Applied.Conflict.class);
    assertThat(sparse.evidence()).isPresent();
  }

  /** Else a writer could have the conflict forgotten by a cut. */
  @Test
  void aFrozenLogFollowsNoLaterForkAndAsksNobodyOnceTheDisputeIsSettled() throws IOException {
    Log one = forked(20, 100, 13);
    Log other = forked(20, 200, 12);
    Log reader = readerOf(one);
    Proof shown = ExchangeTest.upgrade(other, 0, 32);
    settle(reader, other, shown);
    Applied settled = new Applied.Conflict(reader.evidence().orElseThrow(), Optional.empty());
    one.truncate(25);

    assertThat(reader.apply(ExchangeTest.upgrade(one, 0, 25))).isEqualTo(settled);
    assertThat(reader.apply(shown)).isEqualTo(settled);
    assertThat(reader.fork()).isZero();
    assertThat(reader.length()).isEqualTo(20);
  }

  @Test
  void anotherPeerWithTheSameTreeIsAskedWhereTheSearchHasComeTo() throws IOException {
    Log other = forked(20, 200, 12);
    Log reader = copyOf(forked(20, 100, 13));
    Proof shown = ExchangeTest.upgrade(other, 0, 32);
    ProofRequest.Hash first = question(reader.apply(shown));
    Applied second = reader.apply(ExchangeTest.ask(other, null, first, null));

    assertThat(question(second)).isNotEqualTo(first);
    assertThat(reader.apply(shown)).isEqualTo(second);
  }

  /** Else it would never get what both may agree on beyond its end. */
  @Test
  void aLogThatIsShorterThanBothTreesMayAgreeIsFrozenOnceItIsKnownWhereTheyPart()
      throws IOException {
    Log one = forked(16, 100, 8);
    Log other = forked(16, 200, 8);
    Log reader = headOf(writer(16));
    assertThat(reader.apply(ExchangeTest.upgrade(one, 0, 24))).isEqualTo(new Applied.Outdated());
    assertThat(reader.apply(ExchangeTest.upgrade(other, 0, 24))).isEqualTo(new Applied.Outdated());
    Log exact = copyOf(one);
    settle(exact, other, ExchangeTest.upgrade(other, 0, 24));

    reader.applyAll(exact.evidence().orElseThrow().proofs());

    assertThat(reader.evidence().orElseThrow().isExact()).isTrue();
    assertThat(reader.length()).isEqualTo(16);
  }

  private static ProofRequest.Hash question(Applied applied) {
    return ((Applied.Conflict) applied).question().orElseThrow();
  }

  /** Says that one byte of the leaf is in its sibling; hashes stay valid. */
  static Proof withBytesShifted(Proof proof) {
    Proof.Hash hash = Objects.requireNonNull(proof.hash());
    List<TreeNode> nodes = new ArrayList<>(hash.nodes());
    nodes.set(0, resized(nodes.get(0), -1));
    nodes.set(1, resized(nodes.get(1), 1));
    Proof.Hash lie = new Proof.Hash(hash.index(), nodes);
    return new Proof(0, proof.fork(), null, lie, null, proof.upgrade(), null);
  }

  private static TreeNode resized(TreeNode node, int bytes) {
    return new TreeNode(node.index(), node.size() + bytes, node.hash());
  }

  /** Returns a writer with {@code common} blocks and then others, {@code count} of them. */
  private static Log forked(int common, int from, int count) throws IOException {
    Log log = writer();
    log.append(blocks(0, common));
    log.append(blocks(from, count));
    return log;
  }
}
