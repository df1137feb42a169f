package dev.usernameregistry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What readers do when a writer cuts its log, or signs two logs at once. */
class ForkTest {
  private static final KeyPair SIGNER = KeyPair.fromSeed(new byte[32]);
  private static final Manifest MANIFEST = Manifest.single(SIGNER.publicKey());

  private final MemoryStorage readerStorage = new MemoryStorage();

  private static Log writer() throws IOException {
    MemoryStorage storage = new MemoryStorage();
    return Log.open(storage.openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
  }

  /** Returns a writer with its first {@code count} blocks. */
  private static Log writer(int count) throws IOException {
    Log writer = writer();
    writer.append(blocks(0, count));
    return writer;
  }

  private Log reader() throws IOException {
    return Log.open(readerStorage.openLog(MANIFEST.key()), MANIFEST.key());
  }

  private static List<byte[]> blocks(int from, int count) {
    List<byte[]> blocks = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      blocks.add(("block " + i).getBytes(UTF_8));
    }
    return blocks;
  }

  private static void pullBlocks(Log from, Log to) throws IOException {
    for (long b = 0; b < from.length(); b++) {
      to.apply(ExchangeTest.ask(from, to.wanted(b), null, null));
    }
  }

  private static void pullAll(Log from, Log to) throws IOException {
    to.apply(ExchangeTest.upgrade(from, to.length(), from.length() - to.length()));
    pullBlocks(from, to);
  }

  /** Returns a reader that has all that {@code writer} has. */
  private Log readerOf(Log writer) throws IOException {
    Log reader = reader();
    pullAll(writer, reader);
    return reader;
  }

  /** Follows {@code from} to its fork and returns how many questions that took. */
  private static int follow(Log from, Log to) throws IOException {
    Applied applied = to.apply(ExchangeTest.upgrade(from, 0, from.length()));
    int questions = 0;
    while (applied instanceof Applied.Following following) {
      assertThat(to.fork()).isNotEqualTo(from.fork());
      assertThat(following.fork()).isEqualTo(from.fork());
      applied = to.apply(ExchangeTest.ask(from, null, following.question(), null));
      questions++;
    }
    assertThat(applied).isEqualTo(new Applied.Stored(from.length()));
    return questions;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void readerKeepsExactlyTheSharedBlocksAndFetchesTheRest(long seed) throws IOException {
    Random random = new Random(seed);
    Log writer = writer();
    Log reader = reader();
    int next = 0;
    for (int round = 0; round < 6; round++) {
      int added = 1 + random.nextInt(40);
      writer.append(blocks(next, added));
      next += added;
      if (round == 0) {
        pullAll(writer, reader);
        continue;
      }
      long before = reader.length();
      long keep = random.nextInt((int) Math.min(before, writer.length()) + 1);
      writer.truncate(keep);
      int again = random.nextInt(20) + (keep == 0 ? 1 : 0);
      if (again > 0) {
        writer.append(blocks(next, again));
      }
      next += again;
      assertThat(follow(writer, reader)).isLessThan(10);
      assertThat(reader.contiguousLength()).isEqualTo(keep);
      assertThat(reader.head().roots()).isEqualTo(writer.head().roots());
      pullBlocks(writer, reader);
      assertThat(reader.contiguousLength()).isEqualTo(writer.length());
    }
    Log again = reader();
    assertThat(again.fork()).isEqualTo(5);
    for (long b = 0; b < writer.length(); b++) {
      assertThat(again.get(b)).isEqualTo(writer.get(b));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void sparseReaderKeepsNoBlockThatIsNotShared(long seed) throws IOException {
    Random random = new Random(seed);
    Log writer = writer();
    Log reader = reader();
    writer.append(blocks(0, 50));
    reader.apply(ExchangeTest.upgrade(writer, 0, 50));
    for (int i = 0; i < 20; i++) {
      reader.apply(ExchangeTest.ask(writer, reader.wanted(random.nextInt(50)), null, null));
    }
    int keep = random.nextInt(51);
    writer.truncate(keep);
    writer.append(blocks(100, 1 + random.nextInt(30)));
    follow(writer, reader);
    for (long b = 0; b < writer.length(); b++) {
      if (reader.has(b)) {
        assertThat(b).isLessThan(keep);
        assertThat(reader.get(b)).isEqualTo(writer.get(b));
      }
    }
    pullBlocks(writer, reader);
    assertThat(reader.contiguousLength()).isEqualTo(writer.length());
  }

  @Test
  void listenersHearOfTheCutAndOfTheGrowthBehindIt() throws IOException {
    Log writer = writer();
    Log reader = reader();
    writer.append(blocks(0, 10));
    pullAll(writer, reader);
    writer.truncate(6);
    writer.append(blocks(20, 2));
    List<String> told = new ArrayList<>();
    reader.addListener(
        new LogListener() {
          @Override
          public void truncated(Log log, long length, long previousLength) {
            told.add("cut " + previousLength + " to " + length);
          }

          @Override
          public void lengthened(Log log, long previousLength) {
            told.add("grown " + previousLength + " to " + log.length());
          }
        });
    follow(writer, reader);
    assertThat(told).containsExactly("cut 10 to 6", "grown 6 to 8");
  }

  @Test
  void emptyReaderStartsOnALaterForkAtOnce() throws IOException {
    Log writer = writer(5);
    writer.truncate(5);
    Log reader = reader();
    assertThat(follow(writer, reader)).isZero();
    pullBlocks(writer, reader);
    assertThat(reader.contiguousLength()).isEqualTo(5);
  }

  @Test
  void staleForkIsNotApplied() throws IOException {
    Log writer = writer(5);
    Proof stale = ExchangeTest.upgrade(writer, 0, 5);
    writer.truncate(2);
    Log reader = reader();
    follow(writer, reader);
    assertThat(reader.apply(stale)).isEqualTo(new Applied.OtherFork(0));
    assertThat(reader.length()).isEqualTo(2);
  }

  @Test
  void anAnswerThatDoesNotFitIsRefusedAndTheSearchCanGoOn() throws IOException {
    Log writer = writer(16);
    Log reader = readerOf(writer);
    writer.truncate(9);
    writer.append(blocks(50, 7));
    Applied applied = reader.apply(ExchangeTest.upgrade(writer, 0, 16));
    ProofRequest.Hash question = ((Applied.Following) applied).question();
    Proof right = ExchangeTest.ask(writer, null, question, null);
    Proof.Hash hash = Objects.requireNonNull(right.hash());
    Proof wrong =
        new Proof(
            1,
            1,
            null,
            new Proof.Hash(hash.index(), hash.nodes().subList(0, hash.nodes().size() - 1)),
            null,
            null,
            null);
    assertThatThrownBy(() -> reader.apply(wrong)).isInstanceOf(InvalidProofException.class);
    assertThat(reader.fork()).isZero();
    assertThat(reader.length()).isEqualTo(16);
    Applied next = reader.apply(right);
    while (next instanceof Applied.Following following) {
      next = reader.apply(ExchangeTest.ask(writer, null, following.question(), null));
    }
    assertThat(reader.contiguousLength()).isEqualTo(9);
  }

  @Test
  void twoPeersMayAnswerTheSameQuestions() throws IOException {
    Log writer = writer(64);
    Log reader = readerOf(writer);
    writer.truncate(37);
    writer.append(blocks(70, 27));
    Proof whole = ExchangeTest.upgrade(writer, 0, 64);
    Applied one = reader.apply(whole);
    assertThat(reader.apply(whole)).isEqualTo(one);
    Proof late = null;
    while (one instanceof Applied.Following following) {
      late = ExchangeTest.ask(writer, null, following.question(), null);
      one = reader.apply(late);
      Applied other = reader.apply(late);
      assertThat(other).isIn(one, new Applied.Outdated(), new Applied.Stored(64));
    }
    assertThat(late).isNotNull();
    assertThat(reader.contiguousLength()).isEqualTo(37);
    assertThat(reader.head().roots()).isEqualTo(writer.head().roots());
  }

  @Test
  void aSearchForSharedBlocksIsOverWhenTheLogIsCutHere() throws IOException {
    Log elsewhere = writer(64);
    Log here = Log.open(readerStorage.openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
    here.append(blocks(0, 64));
    elsewhere.truncate(37);
    elsewhere.truncate(37);
    elsewhere.append(blocks(70, 27));
    Applied first = here.apply(ExchangeTest.upgrade(elsewhere, 0, 64));
    Applied second = here.apply(answer(elsewhere, first));

    here.truncate(10);
    here.append(blocks(200, 54));

    assertThat(here.apply(answer(elsewhere, second))).isEqualTo(new Applied.OtherFork(2));
    follow(elsewhere, here);
    assertThat(here.contiguousLength()).isEqualTo(10);
  }

  private static Proof answer(Log from, Applied following) throws IOException {
    return ExchangeTest.ask(from, null, ((Applied.Following) following).question(), null);
  }

  @Test
  void writerThatSignsTwoTreesIsFrozenWithEvidenceThatAnyoneCanCheck() throws IOException {
    Log one = writer(4);
    Log other = writer(4);
    one.append(blocks(10, 3));
    other.append(blocks(20, 6));
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
    Evidence evidence = ((Applied.Conflict) applied).evidence();
    assertThat(told).containsExactly(evidence);
    assertThat(evidence.length()).isEqualTo(7);
    assertThat(evidence.agreedLength()).isEqualTo(4);
    assertThat(Evidence.check(MANIFEST.key(), evidence.proof())).isEqualTo(evidence);

    Log frozen = reader();
    assertThat(frozen.evidence()).contains(evidence);
    assertThat(frozen.length()).isEqualTo(4);
    assertThat(frozen.contiguousLength()).isEqualTo(4);
    assertThat(frozen.head().length()).isEqualTo(7);
    assertThat(frozen.get(3)).isEqualTo(one.get(3));
    assertThatThrownBy(() -> frozen.get(4)).isInstanceOf(IndexOutOfBoundsException.class);
    one.append(blocks(30, 1));
    assertThat(frozen.apply(ExchangeTest.upgrade(one, 7, 1)))
        .isEqualTo(new Applied.Conflict(evidence));
    assertThat(frozen.head().length()).isEqualTo(7);

    Log own = Log.open(readerStorage.openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
    assertThat(own.writable()).isFalse();
    assertThatThrownBy(() -> own.append(blocks(0, 1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("frozen");
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
            evidence,
            0);
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
    return new Proof(proof.request(), proof.fork(), null, null, null, shifted, null);
  }

  private static List<TreeNode> resized(List<TreeNode> one, int bytes) {
    assertThat(one).hasSize(1);
    TreeNode node = one.get(0);
    return List.of(new TreeNode(node.index(), node.size() + bytes, node.hash()));
  }
}
