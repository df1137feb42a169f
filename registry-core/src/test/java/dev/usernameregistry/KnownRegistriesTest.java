package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.claims.RegistryReader;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.store.LogStore;
import dev.usernameregistry.testkit.ForwardingTable;
import dev.usernameregistry.testkit.SeededRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KnownRegistriesTest {
  private static final Key STRANGER = Key.of(new byte[Key.BYTES]);

  private final Storage storage = new MemoryStorage();
  private long nowMillis = 1_000;

  private KnownRegistries open() throws IOException {
    return open(storage, () -> Instant.ofEpochMilli(nowMillis));
  }

  /** Returns what a user's registry knows that keeps all in {@code storage}. */
  static KnownRegistries open(Storage storage, InstantSource clock) throws IOException {
    LogStore store = LogStore.open(storage, () -> new SeededRandom(1), names -> true);
    return new KnownRegistries(
        store, store.open("own"), index(storage), storage.openTable("registries"), clock);
  }

  private static ClaimIndex index(Storage storage) throws IOException {
    return ClaimIndex.open(
        storage.openTable("claims"), NamePolicy.standard(), ClaimOrder.earliest(), change -> {});
  }

  /** As versions stored it that learnt manifests of up to 1 MiB. */
  @Test
  void aRegistryWithALargeManifestIsKnownAndNothingOfItIsKept() throws Exception {
    KeyPair signer = KeyPair.fromSeed(new byte[32]);
    Manifest large =
        new Manifest(
            2,
            false,
            1,
            Manifest.single(signer.publicKey()).signers(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(new byte[50_000]));
    KnownRegistries before = open();
    before.add(STRANGER);
    before.add(large.key());
    Log stored = Log.open(storage.openLog(large.key()), large, Optional.of(signer));
    new Bee(stored).put(new byte[] {'a'}, new byte[0]);
    RegistryReader reader = new RegistryReader(stored, index(storage));
    while (reader.advance()) {}
    assertThat(reader.progress().length()).isPositive();

    KnownRegistries known = open();

    assertThat(known.find(large.key()).orElseThrow().log.length()).isZero();
    assertThat(known.find(large.key()).orElseThrow().progress.length()).isZero();
    assertThat(known.find(STRANGER)).isPresent();
    assertThat(storage.logKeys()).doesNotContain(large.key());
    assertThat(open().find(large.key())).as("who follows it need not say so again").isPresent();
  }

  @Test
  void theOwnOneIsListedFirstThenTheOthersByKey() throws IOException {
    KnownRegistries known = open();
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Key key = Key.of(Blake2b.hash(new byte[] {(byte) i}));
      keys.add(key);
      known.add(key);
    }
    keys.sort(null);

    assertThat(known.others()).extracting(KnownRegistry::key).containsExactlyElementsOf(keys);
    keys.add(0, known.own().key());
    assertThat(known.all()).extracting(KnownRegistry::key).containsExactlyElementsOf(keys);
  }

  /** Whoever was looking at a registry as it was forgotten may say afterwards that it was seen. */
  @Test
  void whatWasForgottenIsNotRememberedAgainByHavingBeenSeen() throws IOException {
    KnownRegistries known = open();
    KnownRegistry stranger = known.add(STRANGER).orElseThrow();
    nowMillis += 120_000;
    known.seen(stranger);
    assertThat(stranger.lastSeenAt).isEqualTo(Instant.ofEpochMilli(nowMillis));
    assertThat(open().find(STRANGER)).isPresent();

    nowMillis += 1;
    assertThat(known.removeIfStale(stranger, Instant.ofEpochMilli(nowMillis), Duration.ZERO))
        .isTrue();
    known.forget(stranger, false);
    nowMillis += 120_000;
    known.seen(stranger);

    assertThat(open().find(STRANGER)).isEmpty();
  }

  /** The rows of registries, on a disk that tells what it was asked for and may fail. */
  private final class ToldTable extends ForwardingTable {
    private final List<String> written = new ArrayList<>();
    private boolean failing;

    ToldTable() throws IOException {
      super(storage.openTable("registries"));
    }

    @Override
    public void write(List<Row> rows, boolean durable) throws IOException {
      if (failing) {
        throw new IOException("no space left on device");
      }
      if (!rows.isEmpty()) {
        written.add(rows.size() + (durable ? " durable" : ""));
      }
      super.write(rows, durable);
    }
  }

  private KnownRegistries open(Table registries) throws IOException {
    LogStore store = LogStore.open(storage, () -> new SeededRandom(1), names -> true);
    return new KnownRegistries(
        store,
        store.open("own"),
        index(storage),
        registries,
        () -> Instant.ofEpochMilli(nowMillis));
  }

  @Test
  void whatIsAddedOrForgottenIsDurableAndThatItWasSeenNeedNotBe() throws IOException {
    ToldTable table = new ToldTable();
    KnownRegistries known = open(table);
    KnownRegistry stranger = known.add(STRANGER).orElseThrow();
    nowMillis += 120_000;
    known.seen(stranger);
    nowMillis += 1;
    known.seen(stranger);
    known.rememberSeen();
    known.rememberSeen();
    known.forget(stranger, false);

    assertThat(table.written).containsExactly("1 durable", "1 durable", "1", "1", "1 durable");
  }

  /** Else strangers could fill memory and disk with keys. */
  @Test
  void noMoreAreRememberedThanThereIsRoomForUntilOneIsForgotten() throws IOException {
    List<Table.Row> rows = new ArrayList<>();
    for (int number = 1; number < KnownRegistries.REGISTRIES_MAX; number++) {
      rows.add(new Table.Row(numbered(number).bytes(), new byte[16]));
    }
    storage.openTable("registries").write(rows, false);
    KnownRegistries known = open();
    known.add(STRANGER);
    assertThat(known.others()).hasSize(KnownRegistries.REGISTRIES_MAX);
    Key next = numbered(KnownRegistries.REGISTRIES_MAX);

    assertThatThrownBy(() -> known.add(next))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("forgetStale makes room");
    assertThat(known.add(STRANGER)).as("it is known").isEmpty();

    known.drop(known.find(STRANGER).orElseThrow());
    assertThat(known.add(next)).isPresent();
  }

  static Key numbered(int number) {
    return Key.of(ByteBuffer.allocate(Key.BYTES).putInt(number).array());
  }

  @Test
  void aRegistryThatCannotBeRememberedIsNotKnown() throws IOException {
    ToldTable table = new ToldTable();
    KnownRegistries known = open(table);
    table.failing = true;
    assertThatThrownBy(() -> known.add(STRANGER)).hasMessage("no space left on device");
    assertThat(known.find(STRANGER)).isEmpty();

    table.failing = false;
    assertThat(known.add(STRANGER)).isPresent();
  }

  /**
   * Else it would be fetched from its introducers only, for good, and forgotten at the next start.
   */
  @Test
  void anIntroducedOneThatIsToldWhenTheDiskFailsStaysIntroducedUntilItIsToldAgain()
      throws IOException {
    ToldTable table = new ToldTable();
    KnownRegistries known = open(table);
    known.addIntroduced(STRANGER);
    table.failing = true;
    assertThatThrownBy(() -> known.add(STRANGER)).hasMessage("no space left on device");
    assertThat(known.isOnlyIntroduced(STRANGER)).isTrue();

    table.failing = false;
    known.add(STRANGER);
    assertThat(known.isOnlyIntroduced(STRANGER)).isFalse();
    assertThat(open().find(STRANGER)).isPresent();
  }

  /** It may be the last that is stored of it before this peer is closed. */
  @Test
  void whatCouldNotBeStoredOfWhenItWasSeenIsStoredLater() throws IOException {
    ToldTable table = new ToldTable();
    KnownRegistries known = open(table);
    KnownRegistry stranger = known.add(STRANGER).orElseThrow();
    nowMillis += 120_000;
    table.failing = true;
    assertThatThrownBy(() -> known.seen(stranger)).hasMessage("no space left on device");

    table.failing = false;
    known.rememberSeen();
    assertThat(open().find(STRANGER).orElseThrow().lastSeenAt).isEqualTo(at(121_000));
  }

  @Test
  void whenARegistryWasFoundAndLastSeenIsRemembered() throws IOException {
    KnownRegistries known = open();
    KnownRegistry stranger = known.add(STRANGER).orElseThrow();
    nowMillis += 120_000;
    known.seen(stranger);
    nowMillis += 5;
    known.seen(stranger);
    assertThat(open().find(STRANGER).orElseThrow().lastSeenAt).isEqualTo(at(121_000));
    known.rememberSeen();

    nowMillis += 500_000;
    KnownRegistries again = open();
    assertThat(again.find(STRANGER).orElseThrow().lastSeenAt).isEqualTo(at(121_005));
    assertThat(again.find(STRANGER).orElseThrow().discoveredAt).isEqualTo(at(1_000));
    assertThat(again.own().discoveredAt).isEqualTo(at(1_000));

    KnownRegistry left = known.openAgain(stranger);
    assertThat(left.discoveredAt).isEqualTo(at(1_000));
    assertThat(left.lastSeenAt).isEqualTo(at(121_005));
  }

  private static Instant at(long millis) {
    return Instant.ofEpochMilli(millis);
  }
}
