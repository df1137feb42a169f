package dev.usernameregistry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Proofs that are applied in one commit do what they do one by one, also across cuts. */
class ManyProofsTest {
  private static final KeyPair SIGNER = KeyPair.fromSeed(new byte[32]);
  private static final Manifest MANIFEST = Manifest.single(SIGNER.publicKey());

  private final Log writer = open(new MemoryStorage(), Optional.of(SIGNER));
  private final MemoryStorage oneByOneStorage = new MemoryStorage();
  private final Log oneByOne = open(oneByOneStorage, Optional.empty());
  private final MemoryStorage togetherStorage = new MemoryStorage();
  private final Log together = open(togetherStorage, Optional.empty());
  private int appended;

  private static Log open(MemoryStorage storage, Optional<KeyPair> signer) {
    try {
      LogStorage log = storage.openLog(MANIFEST.key());
      return signer.isPresent() ? Log.open(log, MANIFEST, signer) : Log.open(log, MANIFEST.key());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void proofsOfSeveralForksInOneCommitLeadWhereTheyLeadOneByOne(long seed) throws IOException {
    Random random = new Random(seed);
    append(1 + random.nextInt(40));
    assertSame(follow());
    for (int round = 0; round < 4; round++) {
      List<Proof> proofs = new ArrayList<>();
      for (int cuts = 1 + random.nextInt(3); cuts > 0; cuts--) {
        writer.truncate(random.nextInt((int) writer.length() + 1));
        append(1 + random.nextInt(30));
        proofs.addAll(follow());
      }
      assertSame(proofs);
    }
  }

  private void append(int count) throws IOException {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(("block " + appended++).getBytes(UTF_8));
    }
    writer.append(values);
  }

  /** Takes the log that takes in proofs one by one to where the writer is; returns the proofs. */
  private List<Proof> follow() throws IOException {
    List<Proof> proofs = new ArrayList<>();
    proofs.add(ExchangeTest.upgrade(writer, 0, writer.length()));
    Applied applied = oneByOne.apply(proofs.get(0));
    while (applied instanceof Applied.Following following) {
      Proof answer = ExchangeTest.ask(writer, null, following.question(), null);
      proofs.add(answer);
      applied = oneByOne.apply(answer);
    }
    for (long block = 0; block < writer.length(); block++) {
      Proof proof = ExchangeTest.ask(writer, oneByOne.wanted(block), null, null);
      proofs.add(proof);
      oneByOne.apply(proof);
    }
    return proofs;
  }

  /** Applies {@code proofs} together, and compares what both logs and their storages have then. */
  private void assertSame(List<Proof> proofs) throws IOException {
    assertThat(together.applyAll(proofs)).noneMatch(Applied.Refused.class::isInstance);
    assertThat(together.head().roots()).isEqualTo(writer.head().roots());
    assertThat(together.fork()).isEqualTo(writer.fork());
    assertThat(together.contiguousLength()).isEqualTo(writer.length());
    for (Log log : List.of(together, open(togetherStorage, Optional.empty()))) {
      assertThat(log.contiguousLength()).isEqualTo(writer.length());
      assertThat(log.has(writer.length())).isFalse();
      for (long block = 0; block < writer.length(); block++) {
        assertThat(log.get(block)).isEqualTo(writer.get(block));
      }
    }
    assertThat(stored(togetherStorage)).isEqualTo(stored(oneByOneStorage));
  }

  /** Returns all nodes and the numbers of all blocks that are stored. */
  private List<Object> stored(MemoryStorage storage) throws IOException {
    LogStorage log = storage.openLog(MANIFEST.key());
    List<TreeNode> nodes = log.readNodes(LongStream.range(0, 1024).toArray());
    return List.of(nodes, LongStream.of(log.storedBlocks(0)).boxed().toList());
  }
}
