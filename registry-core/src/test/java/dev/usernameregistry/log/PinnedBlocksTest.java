package dev.usernameregistry.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.Roots;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a manifest pins holds against the signer too. */
class PinnedBlocksTest {
  private static final KeyPair SIGNER = KeyPair.fromSeed(new byte[32]);
  private static final List<byte[]> PINNED = blocks("a", "b", "c");
  private static final Manifest PLAIN = Manifest.single(SIGNER.publicKey());
  private static final Manifest MANIFEST =
      new Manifest(
          1,
          false,
          1,
          PLAIN.signers(),
          Optional.of(
              new Manifest.Prologue(Key.of(Roots.EMPTY.append(PINNED).roots().treeHash()), 3)),
          Optional.empty(),
          Optional.empty());

  private static List<byte[]> blocks(String... texts) {
    return List.of(texts).stream().map(text -> text.getBytes(UTF_8)).toList();
  }

  private static Log writer(Manifest manifest) throws IOException {
    LogStorage storage = new MemoryStorage().openLog(manifest.key());
    Log writer = Log.open(storage, manifest, Optional.of(SIGNER));
    writer.append(PINNED);
    writer.append(blocks("d"));
    return writer;
  }

  private static Log reader() throws IOException {
    return Log.open(new MemoryStorage().openLog(MANIFEST.key()), MANIFEST.key());
  }

  @Test
  void otherBlocksInTheirPlaceAreRefusedAlthoughTheSignatureHolds() throws IOException {
    List<byte[]> others = blocks("x", "y", "z", "d");
    byte[] tree = Roots.EMPTY.append(others).roots().treeHash();
    HeadVerifier verifier = HeadVerifier.of(MANIFEST.key(), MANIFEST).orElseThrow();
    byte[] signature = MultiSignature.single(0, SIGNER.sign(verifier.signable(0, tree, 4, 0)), 1);
    LogStorage storage = new MemoryStorage().openLog(MANIFEST.key());
    CompleteLog.write(storage, MANIFEST.key(), MANIFEST, others, 0, signature);
    Proof pinned = ExchangeTest.upgrade(Log.open(storage, MANIFEST.key()), 0, 3);
    Log reader = reader();

    assertThatThrownBy(() -> reader.apply(pinned))
        .isInstanceOf(InvalidProofException.class)
        .hasMessageContaining("pins");

    assertThat(reader.length()).isZero();
    assertThat(reader.apply(ExchangeTest.upgrade(writer(MANIFEST), 0, 3)))
        .isEqualTo(new Applied.Stored(4));
  }

  @Test
  void anUpgradeFromAmongThemIsRefused() throws IOException {
    Log writer = writer(MANIFEST);
    Log reader = reader();
    reader.apply(ExchangeTest.upgrade(writer, 0, 4));
    ForkScene.pullBlocks(writer, reader);
    Proof plain = ExchangeTest.upgrade(writer(PLAIN), 1, 3);
    Proof among =
        new Proof(1, 0, null, null, null, plain.upgrade(), null)
            .withSignature(writer.head().signature());

    assertThatThrownBy(() -> reader.apply(among))
        .isInstanceOf(InvalidProofException.class)
        .hasMessageContaining("3 are pinned");
  }

  @Test
  void whoHasExactlyThemCanGoOn() throws IOException {
    LogStorage storage = new MemoryStorage().openLog(MANIFEST.key());
    Log writer = Log.open(storage, MANIFEST, Optional.of(SIGNER));
    Log reader = reader();
    writer.append(PINNED);
    assertThat(reader.apply(ExchangeTest.upgrade(writer, 0, 3))).isEqualTo(new Applied.Stored(3));
    writer.append(blocks("d"));
    assertThat(reader.apply(ExchangeTest.upgrade(writer, 3, 1))).isEqualTo(new Applied.Stored(4));
  }

  @Test
  void onALaterForkTheyNeedASignature() throws IOException {
    Log writer = writer(MANIFEST);
    writer.truncate(3);
    Proof signed = ExchangeTest.upgrade(writer, 0, 3);
    Log reader = reader();

    assertThatThrownBy(() -> reader.apply(signed.withSignature(new byte[0])))
        .isInstanceOf(InvalidProofException.class);
    assertThat(reader.fork()).isZero();

    assertThat(reader.apply(signed)).isEqualTo(new Applied.Stored(3));
    assertThat(reader.fork()).isEqualTo(1);
  }

  /** Its manifest asks for no signature at all, so everybody could sign. */
  @Test
  void aLogThatNeedsNoSignersHasNoBlocksBehindThem() throws IOException {
    Manifest unsigned =
        new Manifest(
            1, false, 0, PLAIN.signers(), MANIFEST.prologue(), Optional.empty(), Optional.empty());
    LogStorage storage = new MemoryStorage().openLog(unsigned.key());
    byte[] nobody = {0, 0}; // no parts and no nodes
    CompleteLog.write(storage, unsigned.key(), unsigned, blocks("a", "b", "c", "d"), 0, nobody);
    Proof longer = ExchangeTest.upgrade(Log.open(storage, unsigned.key()), 0, 4);
    Log reader = Log.open(new MemoryStorage().openLog(unsigned.key()), unsigned.key());

    assertThatThrownBy(() -> reader.apply(longer)).isInstanceOf(InvalidProofException.class);
  }

  @Test
  void whoeverAsksForAPartOfThemIsGivenAllOfThem() throws IOException {
    Log writer = writer(MANIFEST);
    for (long[] asked : new long[][] {{0, 1}, {0, 2}, {1, 1}, {1, 3}, {2, 2}}) {
      assertThat(given(writer, asked[0], asked[1])).containsExactly(0, 3);
    }
    for (long[] asked : new long[][] {{0, 3}, {0, 4}, {3, 1}}) {
      assertThat(given(writer, asked[0], asked[1])).containsExactly(asked);
    }
  }

  private static long[] given(Log writer, long start, long length) throws IOException {
    Proof.Upgrade given =
        Objects.requireNonNull(ExchangeTest.upgrade(writer, start, length).upgrade());
    return new long[] {given.start(), given.length()};
  }
}
