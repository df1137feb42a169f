package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.Proof;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a log of somebody who means harm leaves in memory: there may be 60,000 of them. */
class StrangersLogTest {
  private static final KeyPair SIGNER = KeyPair.fromSeed(new byte[32]);
  private static final List<byte[]> BLOCKS = List.of(new byte[] {1}, new byte[] {2});

  /** A manifest with 15 signers and the longest signature of theirs; 60,000 times this: 186 MiB. */
  private static final int KEPT_BYTES_MAX = Manifest.LEARNT_BYTES_MAX + 2048 + 15 * 80;

  private final MemoryStorage storage = new MemoryStorage();

  /** A manifest with one signer more than {@code others}, and this much for the application. */
  private static Manifest manifest(int others, int userData) {
    List<Manifest.Signer> signers = new ArrayList<>(Manifest.single(SIGNER.publicKey()).signers());
    for (int i = 1; i <= others; i++) {
      signers.addAll(Manifest.single(other(i).publicKey()).signers());
    }
    Optional<byte[]> data = userData == 0 ? Optional.empty() : Optional.of(new byte[userData]);
    return new Manifest(2, false, 1, signers, Optional.empty(), Optional.empty(), data);
  }

  private static KeyPair other(int number) {
    return KeyPair.fromSeed(Arrays.copyOf(new byte[] {1, (byte) number, (byte) (number >> 8)}, 32));
  }

  /** Returns the proof of the head of a log of two blocks, as its writer would give it. */
  private static Proof head(Manifest manifest) throws IOException {
    Log writer =
        Log.open(new MemoryStorage().openLog(manifest.key()), manifest, Optional.of(SIGNER));
    writer.append(BLOCKS);
    return ExchangeTest.upgrade(writer, 0, 2);
  }

  private Log reader(Key key) throws IOException {
    return Log.open(storage.openLog(key), key);
  }

  /** What a log holds beside its key: of these, the strangers choose the size. */
  private long keptBytes(Key key) throws IOException {
    Optional<LogState> state = storage.openLog(key).readState();
    return state.map(s -> s.manifest().length + (long) s.signature().length).orElse(0L);
  }

  private static Manifest ofBytes(int bytes) {
    int data = bytes - manifest(0, 1).encode().length + 1;
    Manifest made = manifest(0, data > 0xfc ? data - 2 : data); // its length takes 3 bytes then
    assertThat(made.encode()).hasSize(bytes);
    return made;
  }

  @ParameterizedTest
  @ValueSource(ints = {Manifest.LEARNT_BYTES_MAX + 1, 5_000, 60_000})
  void aLargerManifestIsNotLearntAndNothingIsStored(int bytes) throws IOException {
    Manifest large = ofBytes(bytes);
    Log reader = reader(large.key());

    assertThatThrownBy(() -> reader.apply(head(large)))
        .isInstanceOf(TooLargeToKeepException.class)
        .hasMessage(
            "its manifest has " + bytes + " bytes, and of logs of others at most 1024 are kept");

    assertThat(reader.manifest()).isEmpty();
    assertThat(storage.openLog(large.key()).readState()).isEmpty();
  }

  @Test
  void manifestsOfUpTo15SignersAreLearnt() throws IOException {
    for (Manifest manifest : List.of(manifest(14, 0), ofBytes(Manifest.LEARNT_BYTES_MAX))) {
      Log reader = reader(manifest.key());

      assertThat(reader.apply(head(manifest))).isEqualTo(new Applied.Stored(2));

      assertThat(reader.manifest()).contains(manifest);
      assertThat(Log.open(storage.openLog(manifest.key()), manifest.key()).length()).isEqualTo(2);
    }
  }

  /** Whoever passes an honest log on can add parts that nobody looks at, and so can its writer. */
  @Test
  void aSignatureWithMoreThanAnybodyLooksAtIsRefusedAndTheHonestOneTaken() throws IOException {
    Manifest honest = Manifest.single(SIGNER.publicKey());
    Log reader = reader(honest.key());
    Proof head = head(honest);

    assertThatThrownBy(() -> reader.apply(head.withSignature(padded(signature(head), 1000))))
        .isInstanceOf(TooLargeToKeepException.class)
        .hasMessageStartingWith("its signature has 66");
    assertThat(reader.length()).isZero();

    assertThat(reader.apply(head)).isEqualTo(new Applied.Stored(2));
  }

  private static byte[] signature(Proof head) {
    return Evidence.signature(Objects.requireNonNull(head.upgrade()));
  }

  /** Adds parts behind the one that counts. */
  private static byte[] padded(byte[] single, int parts) {
    WireWriter out = new WireWriter(parts * 66 + 8).uint(parts);
    out.raw(Arrays.copyOfRange(single, 1, 67));
    for (int i = 1; i < parts; i++) {
      out.raw(new byte[66]);
    }
    return out.uint(0).toByteArray();
  }

  @Test
  void whateverManyStrangersSendWhatIsKeptOfThemIsBounded() throws IOException {
    long kept = 0;
    int strangers = 300;
    for (int i = 0; i < strangers; i++) {
      Manifest manifest = i % 3 == 0 ? manifest(i / 3, 0) : ofBytes(500 + 20 * i);
      Proof head = head(manifest);
      Log reader = reader(manifest.key());
      for (int parts : new int[] {1000, 100, 30, 25, 20, 15, 10, 1}) {
        reader.applyAll(List.of(head.withSignature(padded(signature(head), parts))));
      }
      assertThat(keptBytes(manifest.key())).isLessThanOrEqualTo(KEPT_BYTES_MAX);
      kept += keptBytes(manifest.key());
    }

    assertThat(kept).as("some are taken").isPositive();
    assertThat(kept).isLessThan((long) strangers * KEPT_BYTES_MAX);
  }

  /** As versions stored it that learnt manifests of up to 1 MiB. */
  @Test
  void aStoredLogWithALargerManifestIsNotOpenedAsThatOfOthers() throws IOException {
    Manifest large = ofBytes(60_000);
    Log own = Log.open(storage.openLog(large.key()), large, Optional.of(SIGNER));
    own.append(BLOCKS);

    assertThatThrownBy(() -> reader(large.key()))
        .isInstanceOf(TooLargeToKeepException.class)
        .hasMessageContaining("60000 bytes");

    assertThat(Log.open(storage.openLog(large.key()), large, Optional.of(SIGNER)).length())
        .as("whoever chose it may use it")
        .isEqualTo(2);
  }

  @Test
  void aStoredLogWithAPaddedSignatureIsNotOpenedAsThatOfOthers() throws IOException {
    Manifest honest = Manifest.single(SIGNER.publicKey());
    byte[] padded = padded(signature(head(honest)), 1000);
    LogStorage stored = storage.openLog(honest.key());
    CompleteLog.write(stored, honest.key(), honest, BLOCKS, 0, padded);

    assertThatThrownBy(() -> reader(honest.key()))
        .isInstanceOf(TooLargeToKeepException.class)
        .hasMessageStartingWith("its signature has 66");
  }
}
