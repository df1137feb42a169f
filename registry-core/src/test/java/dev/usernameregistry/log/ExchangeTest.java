package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.NodeNotStoredException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one log proves, another one takes in. */
class ExchangeTest {
  private static final KeyPair SIGNER = KeyPair.fromSeed(new byte[32]);
  private static final Manifest MANIFEST = Manifest.single(SIGNER.publicKey());

  private final Log writer = writer();
  private final MemoryStorage readerStorage = new MemoryStorage();
  private final Log reader = reader();

  private static Log writer() {
    try {
      MemoryStorage storage = new MemoryStorage();
      return Log.open(storage.openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Log reader() {
    try {
      return Log.open(readerStorage.openLog(MANIFEST.key()), MANIFEST.key());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<byte[]> blocks(int seed, int count) {
    Random random = new Random(seed);
    List<byte[]> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] block = new byte[random.nextInt(20)];
      random.nextBytes(block);
      blocks.add(block);
    }
    return blocks;
  }

  static Proof ask(
      Log log,
      ProofRequest.@Nullable Block block,
      ProofRequest.@Nullable Hash hash,
      ProofRequest.@Nullable Upgrade upgrade)
      throws IOException {
    boolean manifest = upgrade != null;
    Made made = log.prove(new ProofRequest(1, log.fork(), block, hash, null, upgrade, manifest, 0));
    assertThat(made).isInstanceOf(Made.Ready.class);
    WireWriter out = new WireWriter();
    ((Made.Ready) made).proof().encode(out);
    return Proof.decode(new WireReader(out.toByteArray()));
  }

  static Proof upgrade(Log log, long start, long length) throws IOException {
    return ask(log, null, null, new ProofRequest.Upgrade(start, length));
  }

  private static void pullHead(Log from, Log to) throws IOException {
    to.apply(upgrade(from, to.length(), from.length() - to.length()));
  }

  private static Applied pullBlock(Log from, Log to, long block) throws IOException {
    return to.apply(ask(from, to.wanted(block), null, null));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void blocksThatAreComingBringTheNodesOfTheirNeighbours(long seed) throws IOException {
    Random random = new Random(seed);
    writer.append(blocks((int) seed, 1 + random.nextInt(60)));
    pullHead(writer, reader);
    List<Long> order = new ArrayList<>();
    for (long b = 0; b < writer.length(); b++) {
      order.add(b);
    }
    Collections.shuffle(order, random);
    NavigableSet<Long> coming = new TreeSet<>();
    List<Proof> proofs = new ArrayList<>();
    long nodes = 0;
    for (long block : order) {
      ProofRequest.Block wanted = reader.wanted(new ProofRequest.Block(block, 0), coming);
      nodes += wanted.nodes();
      proofs.add(ask(writer, wanted, null, null));
      coming.add(block);
    }
    assertThat(nodes).as("each node at most once").isLessThan(2 * writer.length());

    assertThat(reader.applyAll(proofs)).allMatch(Applied.Stored.class::isInstance);
    assertThat(reader.contiguousLength()).isEqualTo(writer.length());
  }

  /** Each of them would be bytes that a peer sends for nothing. */
  @Test
  void noNodeIsWantedThatAStoredBlockBrought() throws IOException {
    writer.append(blocks(1, 8));
    pullHead(writer, reader);
    pullBlock(writer, reader, 5);
    assertThat(reader.wanted(4).nodes()).isZero();
    assertThat(reader.wanted(6).nodes()).isEqualTo(1);
    assertThat(reader.wanted(0).nodes()).isEqualTo(2);
  }

  @Test
  void proofThatCountsOnABlockWhichHasNotComeSaysSo() throws IOException {
    writer.append(blocks(1, 8));
    pullHead(writer, reader);
    Proof proof =
        ask(
            writer,
            reader.wanted(new ProofRequest.Block(1, 0), new TreeSet<>(List.of(0L))),
            null,
            null);
    assertThatThrownBy(() -> reader.apply(proof)).isInstanceOf(NodeNotStoredException.class);
    pullBlock(writer, reader, 0);
    assertThat(reader.apply(proof)).isInstanceOf(Applied.Stored.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void readerGetsEverythingInAnyOrderWhileTheWriterGoesOn(long seed) throws IOException {
    Random random = new Random(seed);
    List<byte[]> all = new ArrayList<>();
    for (int round = 0; round < 8; round++) {
      List<byte[]> more = blocks(random.nextInt(), 1 + random.nextInt(20));
      writer.append(more);
      all.addAll(more);
      pullHead(writer, reader);
      List<Long> missing = new ArrayList<>();
      for (long b = 0; b < all.size(); b++) {
        missing.add(b);
      }
      Collections.shuffle(missing, random);
      for (long b : missing.subList(0, missing.size() * 3 / 4)) {
        boolean had = reader.has(b);
        assertThat(pullBlock(writer, reader, b))
            .isEqualTo(had ? new Applied.NothingNew() : new Applied.Stored(all.size()));
      }
    }
    for (long b = 0; b < all.size(); b++) {
      pullBlock(writer, reader, b);
    }
    Log again = reader();
    assertThat(again.contiguousLength()).isEqualTo(all.size());
    assertThat(again.head().roots()).isEqualTo(writer.head().roots());
    assertThat(again.manifest()).contains(MANIFEST);
    for (int b = 0; b < all.size(); b++) {
      assertThat(again.get(b)).isEqualTo(all.get(b));
    }
  }

  @Test
  void aBlockNotFetchedYetIsAnErrorOfItsOwn() throws IOException {
    writer.append(blocks(1, 3));
    pullHead(writer, reader);
    assertThat(reader.length()).isEqualTo(3);
    assertThatThrownBy(() -> reader.get(1)).isInstanceOf(BlockNotStoredException.class);
    assertThat(reader.prove(ProofRequest.of(1, 0, new ProofRequest.Block(1, 0))))
        .isInstanceOf(Made.Refused.class);
  }

  @Test
  void aReaderServesWhatItHasToAThird() throws IOException {
    writer.append(blocks(1, 21));
    pullHead(writer, reader);
    for (long b = 0; b < 21; b++) {
      pullBlock(writer, reader, b);
    }
    Log third = Log.open(new MemoryStorage().openLog(MANIFEST.key()), MANIFEST.key());
    pullHead(reader, third);
    for (long b = 20; b >= 0; b--) {
      pullBlock(reader, third, b);
    }
    assertThat(third.contiguousLength()).isEqualTo(21);
    assertThat(third.get(7)).isEqualTo(writer.get(7));
  }

  @Test
  void blocksWithGapsBetweenThemInOneCommitAreThoseThatAreStored() throws IOException {
    writer.append(blocks(1, 8));
    pullHead(writer, reader);
    List<Proof> proofs = new ArrayList<>();
    for (long block : new long[] {6, 0, 3, 2}) {
      proofs.add(ask(writer, reader.wanted(block), null, null));
    }
    reader.applyAll(proofs);

    assertThat(reader.storedWords(0, 1)).containsExactly(0b1001101);
    assertThat(reader().storedWords(0, 1)).containsExactly(0b1001101);
  }

  @Test
  void oneBadProofAmongManyIsRefusedAlone() throws IOException {
    writer.append(blocks(1, 4));
    pullHead(writer, reader);
    Proof good = ask(writer, reader.wanted(1), null, null);
    Proof bad = ask(writer, reader.wanted(2), null, null).withValues(List.of(new byte[99]));
    List<Applied> applied = reader.applyAll(List.of(bad, good, good));
    assertThat(applied.get(0)).isInstanceOf(Applied.Refused.class);
    assertThat(applied.subList(1, 3))
        .containsExactly(new Applied.Stored(4), new Applied.NothingNew());
    assertThat(reader.has(2)).isFalse();
    assertThat(reader.has(1)).isTrue();
    assertThatThrownBy(() -> reader.apply(bad)).isInstanceOf(InvalidProofException.class);
  }

  @Test
  void anUpgradeThatComesLateIsNoFault() throws IOException {
    writer.append(blocks(1, 3));
    pullHead(writer, reader);
    writer.append(blocks(2, 2));
    Proof first = upgrade(writer, 3, 2);
    writer.append(blocks(3, 6));
    Proof partly = upgrade(writer, 3, 2);
    Proof beyond = upgrade(writer, 3, 8);
    reader.apply(first);
    assertThat(reader.apply(first)).isEqualTo(new Applied.NothingNew());
    assertThat(reader.apply(partly)).isEqualTo(new Applied.NothingNew());
    assertThat(reader.apply(beyond)).isEqualTo(new Applied.Outdated());
    assertThat(reader.length()).isEqualTo(5);
    pullHead(writer, reader);
    assertThat(reader.length()).isEqualTo(11);
  }
}
