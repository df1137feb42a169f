package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What readers do when a writer signs two logs at once, and what is no such thing. */
class EvidenceTest extends ForkScene {
  private static final Applied OUTDATED = new Applied.Outdated();

  @Test
  void writerThatSignsTwoTreesIsFrozenWithEvidenceThatAnyoneCanCheck() throws IOException {
    Log one = writer(4, blocks(10, 3));
    Log other = writer(4, blocks(20, 6));
    Log reader = readerOf(one);
    List<Evidence> told = new ArrayList<>();
    reader.addListener(
        new LogListener() {
          @Override
          public void conflict(Log log, Evidence evidence) {
            told.add(evidence);
          }
        });
    // the honest continuation from here would start at block 7; the other tree does not fit
    Proof next = ExchangeTest.upgrade(other, 7, 3);
    assertThatThrownBy(() -> reader.apply(next)).isInstanceOf(InvalidProofException.class);
    assertThat(reader.evidence()).isEmpty();

    Proof probed = ExchangeTest.upgrade(other, 0, 7);
    Applied applied = reader.apply(probed);
    Evidence rough = ((Applied.Conflict) applied).evidence();
    assertThat(told).containsExactly(rough);
    assertThat(rough.isExact()).isFalse();
    assertThat(rough.agreedLength()).isEqualTo(4);
    assertThat(reader.length()).as("nobody has told yet where both part").isEqualTo(7);

    settle(reader, other, applied);
    Evidence evidence = reader.evidence().orElseThrow();
    assertThat(told).containsExactly(rough, evidence);
    assertThat(evidence.isExact()).isTrue();
    assertThat(evidence.length()).isEqualTo(7);
    assertThat(evidence.agreedLength()).isEqualTo(4);
    assertThat(Evidence.check(MANIFEST.key(), evidence.proof())).isEqualTo(evidence);

    Log frozen = reader();
    assertThat(frozen.evidence()).contains(evidence);
    assertThat(frozen.length()).isEqualTo(4);
    assertThat(frozen.contiguousLength()).isEqualTo(4);
    assertThat(frozen.head().length()).isEqualTo(7);
    assertThat(frozen.get(3)).isEqualTo(one.get(3));
    assertThat(frozen.has(3)).isTrue();
    assertThat(frozen.has(4)).as("what is in dispute").isFalse();
    assertThatThrownBy(() -> frozen.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
    one.append(blocks(30, 1));
    assertThat(frozen.apply(ExchangeTest.upgrade(one, 7, 1)))
        .isEqualTo(new Applied.Conflict(evidence, Optional.empty()));
    assertThat(frozen.head().length()).isEqualTo(7);

    Log own = writerHere();
    assertThat(own.writable()).isFalse();
    assertThatThrownBy(() -> own.append(blocks(0, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("frozen");
  }

  @Test
  void eachOfTheTwoProofsShowsTheConflictToThoseWhoHaveTheOther() throws IOException {
    Log one = writer(4, blocks(10, 3));
    Log other = writer(4, blocks(20, 3));
    Log reader = readerOf(one);
    Proof told = ExchangeTest.upgrade(other, 0, 7);
    Evidence evidence = ((Applied.Conflict) reader.apply(told)).evidence();

    for (Log side : List.of(one, other)) {
      List<Applied> applied = side.applyAll(evidence.proofs());
      assertThat(applied).filteredOn(Applied.Conflict.class::isInstance).isNotEmpty();
      assertThat(side.evidence().orElseThrow().agreedLength()).isEqualTo(4);
    }
  }

  @Test
  void twoProofsShowTheConflictAlsoToWhoCanCompareNeitherWithWhatIsStored() throws IOException {
    Log one = writer(4, blocks(10, 4));
    Log other = writer(4, blocks(20, 3));
    List<Proof> shown =
        List.of(
            ExchangeTest.upgrade(one, 0, 7),
            ExchangeTest.upgrade(one, 0, 6),
            ExchangeTest.upgrade(other, 0, 7));
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(one, 0, 8));

    List<Applied> applied = reader.applyAll(shown);

    assertThat(applied.get(0)).as("it has no nodes to compare with").isEqualTo(OUTDATED);
    assertThat(applied.get(2)).isInstanceOf(Applied.Conflict.class);
    Log frozen = reader();
    for (long block = 0; block < 4; block++) {
      frozen.apply(ExchangeTest.ask(other, frozen.wanted(block), null, null));
    }
    assertThat(frozen.contiguousLength()).isEqualTo(4);
  }

  @Test
  void whoIsShorterThanBothTreesAgreeIsNotFrozenYet() throws IOException {
    Log one = writer(4, blocks(10, 3));
    Log other = writer(4, blocks(20, 3));
    Log reader = readerOf(writer(3));

    reader.applyAll(List.of(ExchangeTest.upgrade(one, 0, 7), ExchangeTest.upgrade(other, 0, 7)));
    assertThat(reader.evidence()).isEmpty();

    pullAll(one, reader);
    assertThat(reader.apply(ExchangeTest.upgrade(other, 0, 7)))
        .isInstanceOf(Applied.Conflict.class);
    assertThat(reader.evidence().orElseThrow().agreedLength()).isEqualTo(4);
  }

  @Test
  void whoHasAThirdTreeIsNotFrozenWhereOnlyTheTwoOthersAgree() throws IOException {
    Log one = writer(4);
    Log other = writer(4);
    Log third = writer();
    one.append(blocks(10, 3));
    other.append(blocks(20, 3));
    third.append(blocks(40, 6));
    Log reader = readerOf(third);

    reader.applyAll(List.of(ExchangeTest.upgrade(one, 0, 7), ExchangeTest.upgrade(other, 0, 7)));

    assertThat(reader.evidence()).isEmpty();
    assertThat(reader.get(0)).isEqualTo(third.get(0));
  }

  @Test
  void aTreeWithoutItsSignatureIsNotEvenCompared() throws IOException {
    Log one = writer(4, blocks(10, 3));
    Log other = writer(4, blocks(20, 3));
    Log reader = readerOf(writer(5));
    Proof unsigned = ExchangeTest.upgrade(other, 0, 7).withSignature(new byte[64]);

    List<Applied> applied = reader.applyAll(List.of(ExchangeTest.upgrade(one, 0, 7), unsigned));

    assertThat(applied.get(1)).isInstanceOf(Applied.Refused.class);
    assertThat(reader.evidence()).isEmpty();
  }

  @Test
  void evidenceOfNothingIsRefused() throws IOException {
    Log one = writer(4);
    Log same = writer(4);
    Proof proof = ExchangeTest.upgrade(one, 0, 4);
    assertThatThrownBy(() -> Evidence.of(one.key(), MANIFEST, proof, proof))
        .isInstanceOf(PeerFault.class);
    same.append(blocks(7, 1));
    assertThatThrownBy(
            () -> Evidence.of(one.key(), MANIFEST, proof, ExchangeTest.upgrade(same, 0, 5)))
        .isInstanceOf(PeerFault.class);
    assertThatThrownBy(() -> Evidence.check(one.key(), new byte[3])).isInstanceOf(PeerFault.class);
    Proof nothing = new Proof(0, 0, null, null, null, null, null);
    assertThatThrownBy(() -> Evidence.of(one.key(), MANIFEST, proof, nothing))
        .isInstanceOf(PeerFault.class);
  }

  @Test
  void aLogThatWasCutAndContinuedIsNoEvidence() throws IOException {
    Log writer = writer(4);
    Proof before = ExchangeTest.upgrade(writer, 0, 4);
    writer.truncate(3);
    writer.append(blocks(50, 1));
    Proof after = ExchangeTest.upgrade(writer, 0, 4);

    assertThatThrownBy(() -> Evidence.of(writer.key(), MANIFEST, before, after))
        .isInstanceOf(InvalidProofException.class)
        .hasMessageContaining("forks 0 and 1");
  }

  @Test
  void theBytesOfEvidenceAreCopies() throws IOException {
    Log one = writer(4);
    Log other = writer(3);
    other.append(blocks(50, 1));
    Evidence evidence =
        Evidence.of(
            one.key(),
            MANIFEST,
            ExchangeTest.upgrade(one, 0, 4),
            ExchangeTest.upgrade(other, 0, 4));
    byte[] bytes = evidence.proof();
    Evidence checked = Evidence.check(one.key(), bytes);
    bytes[0]++;

    assertThat(checked).isEqualTo(evidence);
    assertThat(Evidence.check(one.key(), checked.proof())).isEqualTo(evidence);
    byte[] andMore = Arrays.copyOf(checked.proof(), checked.proof().length + 1);
    assertThatThrownBy(() -> Evidence.check(one.key(), andMore))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void theSameTreeAskedForInPartsIsNoConflict() throws IOException {
    Log writer = writer(13);
    Log reader = readerOf(writer);
    for (long length = 1; length <= 13; length++) {
      assertThat(reader.apply(ExchangeTest.upgrade(writer, 0, length)))
          .isEqualTo(new Applied.NothingNew());
    }
    writer.append(blocks(20, 8));
    for (long length = 1; length <= 13; length++) {
      assertThat(reader.apply(ExchangeTest.upgrade(writer, 0, length)))
          .isEqualTo(new Applied.NothingNew());
    }
    assertThat(reader.evidence()).isEmpty();
  }

  @Test
  void aLieAboutSizesIsNoConflict() throws IOException {
    Log writer = writer(8);
    Log reader = readerOf(writer);
    assertThat(reader.apply(withBytesShifted(ExchangeTest.upgrade(writer, 0, 4))))
        .isEqualTo(new Applied.NothingNew());
    assertThat(reader.evidence()).isEmpty();
    assertThat(reader.length()).isEqualTo(8);
  }

  @Test
  void aLieAboutSizesIsNoEvidence() throws IOException {
    Log writer = writer(8);
    Proof proof = ExchangeTest.upgrade(writer, 0, 4);
    assertThatThrownBy(() -> Evidence.of(writer.key(), MANIFEST, proof, withBytesShifted(proof)))
        .isInstanceOf(InvalidProofException.class)
        .hasMessageContaining("does not contradict");
  }

  @Test
  void aLogThatWasFrozenForALieAboutSizesThawsWhenItIsOpened() throws IOException {
    Log writer = writer();
    writer.append(blocks(0, 8));
    pullAll(writer, reader());
    Proof proof = ExchangeTest.upgrade(writer, 0, 4);
    storeEvidence(proof, withBytesShifted(proof));

    Log reader = reader();

    assertThat(reader.evidence()).isEmpty();
    assertThat(reader.contiguousLength()).isEqualTo(8);
    writer.append(blocks(8, 1));
    pullAll(writer, reader);
    assertThat(readerStorage.openLog(MANIFEST.key()).readState().orElseThrow().evidence())
        .isEmpty();
  }

  @Test
  void evidenceThatCannotBeCheckedIsCorruptStorage() throws IOException {
    Log writer = writer();
    writer.append(blocks(0, 8));
    pullAll(writer, reader());
    Proof unsigned = ExchangeTest.upgrade(writer, 0, 4).withSignature(new byte[68]);
    storeEvidence(ExchangeTest.upgrade(writer, 0, 4), unsigned);

    assertThatThrownBy(this::reader).isInstanceOf(CorruptStorageException.class);
  }

  @Test
  void aManifestOfAnotherLogIsCorruptStorage() throws IOException {
    Log writer = writer();
    writer.append(blocks(0, 8));
    pullAll(writer, reader());
    Manifest foreign =
        Manifest.single(KeyPair.fromSeed(Arrays.copyOf(new byte[] {1}, 32)).publicKey());
    storeState(foreign, new byte[0]);

    assertThatThrownBy(this::reader).isInstanceOf(CorruptStorageException.class);
  }

  @Test
  void theStateOfAnotherLogIsCorruptStorage() throws IOException {
    readerOf(writer(3));
    LogStorage storage = readerStorage.openLog(MANIFEST.key());

    assertThatThrownBy(() -> Log.open(storage, SIGNER.publicKey()))
        .isInstanceOf(CorruptStorageException.class);
  }

  /** Stores what is said to be evidence, as a log that took it for such did. */
  private void storeEvidence(Proof one, Proof other) throws IOException {
    WireWriter evidence = new WireWriter(1024).bytes(MANIFEST.encode());
    for (Proof proof : List.of(one, other)) {
      WireWriter out = new WireWriter(512);
      proof.encode(out);
      evidence.bytes(out.toByteArray());
    }
    storeState(MANIFEST, evidence.toByteArray());
  }

  /** Stores that the reader's log has this manifest and this evidence, true or not. */
  private void storeState(Manifest manifest, byte[] evidence) throws IOException {
    LogStorage storage = readerStorage.openLog(MANIFEST.key());
    LogState state = storage.readState().orElseThrow();
    LogState other =
        new LogState(
            state.key(),
            state.fork(),
            state.contiguousLength(),
            state.roots(),
            state.signature(),
            manifest.encode(),
            evidence);
    storage.commit(new Commit(other, Long.MAX_VALUE, List.of(), Map.of(), true));
  }

  /** Says that one byte of the first four blocks is in those behind them; hashes stay valid. */
  private static Proof withBytesShifted(Proof proof) {
    Proof.Upgrade upgrade = Objects.requireNonNull(proof.upgrade());
    Proof.Upgrade shifted =
        new Proof.Upgrade(
            upgrade.start(),
            upgrade.length(),
            resized(upgrade.nodes(), -1),
            resized(upgrade.additionalNodes(), 1),
            upgrade.signature());
    return Proof.of(proof.request(), proof.fork(), shifted);
  }

  private static List<TreeNode> resized(List<TreeNode> one, int bytes) {
    assertThat(one).hasSize(1);
    TreeNode node = one.get(0);
    return List.of(new TreeNode(node.index(), node.size() + bytes, node.hash()));
  }
}
