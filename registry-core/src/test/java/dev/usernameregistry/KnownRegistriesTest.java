package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.store.LogStore;
import dev.usernameregistry.testkit.SeededRandom;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
    ClaimIndex index =
        ClaimIndex.open(
            storage.openTable("claims"),
            NamePolicy.standard(),
            ClaimOrder.earliest(),
            change -> {});
    return new KnownRegistries(
        store, store.open("own"), index, storage.openTable("registries"), clock);
  }

  /** As versions stored it that learnt manifests of up to 1 MiB. */
  @Test
  void aRegistryWithALargeManifestIsKnownAndNothingOfItIsKept() throws IOException {
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
    Log.open(storage.openLog(large.key()), large, Optional.of(signer))
        .append(List.of(new byte[] {1}));

    KnownRegistries known = open();

    assertThat(known.find(large.key()).orElseThrow().log.length()).isZero();
    assertThat(known.find(STRANGER)).isPresent();
    assertThat(storage.logKeys()).doesNotContain(large.key());
    assertThat(open().find(large.key())).as("who follows it need not say so again").isPresent();
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
    known.forget(STRANGER);
    nowMillis += 120_000;
    known.seen(stranger);

    assertThat(open().find(STRANGER)).isEmpty();
  }
}
