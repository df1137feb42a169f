package dev.usernameregistry;

import static dev.usernameregistry.Announced.head;
import static dev.usernameregistry.KnownRegistriesTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.HeldTasks;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.ScriptedNetwork;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers introduce registries that are not their own. */
class IntroducedRegistriesTest {
  private static final Key STRANGER = numbered(1);

  private long nowMillis = 1_000;
  private final KeptStorage storage = new KeptStorage();
  private final HeldTasks looks = new HeldTasks();
  private final Log log = log();
  private ScriptedNetwork network = new ScriptedNetwork();
  private UsernameRegistry registry = open(true);

  private UsernameRegistry open(boolean introductions) {
    RegistryBuilder options =
        UsernameRegistry.builder()
            .storage(storage)
            .network(network)
            .introductions(introductions)
            .clock(() -> Instant.ofEpochMilli(nowMillis));
    options.worker = looks;
    UsernameRegistry opened = options.open();
    looks.runAll();
    return opened;
  }

  private void reopen() {
    registry.close();
    network = new ScriptedNetwork();
    registry = open(true);
  }

  /** Returns a log of somebody else, with a block. */
  private static Log log() {
    return log((byte) 1);
  }

  private static Log log(byte block) {
    KeyPair signer = KeyPair.fromSeed(new byte[32]);
    Manifest manifest = Manifest.single(signer.publicKey());
    try {
      Log made =
          Log.open(new MemoryStorage().openLog(manifest.key()), manifest, Optional.of(signer));
      made.append(List.of(new byte[] {block}));
      return made;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static PeerState peer(int number) {
    return peer(number, true, Map.of());
  }

  private static PeerState peer(int number, boolean toldAll, Map<Key, PeerState.RemoteHead> heads) {
    Optional<Key> own = Optional.of(numbered(1_000 + number));
    Instant at = Instant.ofEpochSecond(number);
    return new PeerState(numbered(2_000 + number), "h:1", true, at, own, toldAll, heads);
  }

  private Set<Key> introduce(PeerState by, Key... keys) {
    Set<Key> wanted = network.host().registriesIntroduced(by, List.of(keys));
    looks.runAll();
    return wanted;
  }

  private void connect(PeerState... peers) {
    network.connect(peers);
    looks.runAll();
  }

  private List<Key> known() {
    return registry.registries().stream().map(RegistryInfo::key).toList();
  }

  private Log copy() {
    return network.replicated().stream()
        .filter(one -> one.key().equals(log.key()))
        .findFirst()
        .orElseThrow();
  }

  private void bring() throws IOException {
    Copies.bring(log, copy());
    looks.runAll();
  }

  @Test
  void theyAreFetchedAsIfTheirOwnersHadToldThem() throws IOException {
    connect(peer(1));

    assertThat(introduce(peer(1), log.key())).containsExactly(log.key());

    assertThat(known()).contains(log.key());
    bring();
    assertThat(registry.registries())
        .filteredOn(info -> info.key().equals(log.key()))
        .extracting(RegistryInfo::length)
        .containsExactly(1L);
    reopen();
    assertThat(known()).contains(log.key());
  }

  @Test
  void whatIsKnownIsNotWantedButIsByEachWhoIntroducesItBeforeSomethingIsHere() throws IOException {
    connect(peer(1), peer(2));
    assertThat(introduce(peer(1), registry.key(), log.key())).containsExactly(log.key());
    assertThat(introduce(peer(2), log.key())).containsExactly(log.key());
    bring();
    connect(peer(1), peer(2));
    assertThat(introduce(peer(2), log.key())).isEmpty();
  }

  @Test
  void withoutIntroductionsTheNetworkIsToldSo() {
    assertThat(network.host().introduces()).isTrue();
    registry.close();
    network = new ScriptedNetwork();
    registry = open(false);
    assertThat(network.host().introduces()).isFalse();
  }

  /** Else who introduces what does not exist, and comes again and again, fills the places. */
  @Test
  void thatOfWhichNothingCameIsForgottenWithThoseWhoIntroducedIt() {
    connect(peer(1), peer(2));
    introduce(peer(1), STRANGER);
    introduce(peer(2), STRANGER);
    connect(peer(2));
    assertThat(known()).contains(STRANGER);

    connect(peer(3));

    assertThat(known()).doesNotContain(STRANGER);
    assertThat(introduce(peer(3), STRANGER)).as("as if nothing had been").isNotEmpty();
  }

  @Test
  void whatCannotBeForgottenIsForgottenLater() {
    connect(peer(1));
    introduce(peer(1), STRANGER, numbered(2), numbered(3));
    storage.tablesFailing = true;
    connect();
    assertThat(known()).contains(numbered(2), numbered(3));
    storage.tablesFailing = false;

    connect();

    assertThat(known()).doesNotContain(STRANGER, numbered(2), numbered(3));
  }

  @Test
  void thatOfWhichSomethingCameStays() throws IOException {
    connect(peer(1));
    introduce(peer(1), log.key());
    bring();
    connect();
    assertThat(known()).contains(log.key());
  }

  @Test
  void thatWhichItsOwnerOrTheUserTellsStays() {
    connect(peer(1));
    introduce(peer(1), numbered(1_000 + 2), STRANGER);
    registry.follow(STRANGER);
    connect(peer(1), peer(2));
    connect();
    assertThat(known()).contains(STRANGER, numbered(1_000 + 2));
    reopen();
    assertThat(known()).contains(STRANGER, numbered(1_000 + 2));
  }

  @Test
  void thatWhichTheUserFollowsWhileOthersLikeItAreForgottenStays() {
    Key other = numbered(2);
    connect(peer(1));
    introduce(peer(1), STRANGER, other);
    List<Key> followed = new ArrayList<>();
    network.duringForget =
        () -> {
          network.duringForget = () -> {};
          Key left = known().contains(other) ? other : STRANGER;
          followed.add(left);
          registry.follow(left);
        };

    connect();

    assertThat(followed).hasSize(1);
    assertThat(known())
        .containsExactlyInAnyOrder(registry.key(), numbered(1_000 + 1), followed.get(0));
  }

  /** So that it is not fetched only from those who introduced it. */
  @Test
  void theNetworkIsAskedOnceMoreForWhatItsOwnerOrTheUserTells() {
    Key own = numbered(1_000 + 2);
    connect(peer(1));
    introduce(peer(1), own, STRANGER);
    assertThat(network.host().isOnlyIntroduced(STRANGER)).isTrue();
    int before = network.replicated().size();

    registry.follow(STRANGER);
    connect(peer(1), peer(2));
    connect(peer(1), peer(2));

    assertThat(network.host().isOnlyIntroduced(STRANGER)).isFalse();
    List<Log> again = network.replicated().subList(before, network.replicated().size());
    assertThat(again).extracting(Log::key).containsExactly(STRANGER, own);
  }

  /** Else its writer could show the other history to who had seen one and the proof of both. */
  @Test
  void thatOfWhichOnlyTheProofOfTwoHistoriesIsHereStays() throws IOException {
    connect(peer(1));
    introduce(peer(1), log.key());
    bring();
    Copies.compare(log((byte) 2), copy());
    looks.runAll();
    assertThat(copy().evidence()).isPresent();
    assertThat(copy().length()).isZero();

    connect();
    reopen();

    assertThat(known()).contains(log.key());
  }

  @Test
  void thatOfWhichNothingCameIsNotRememberedOverARestart() {
    connect(peer(1));
    introduce(peer(1), STRANGER);
    reopen();
    assertThat(known()).doesNotContain(STRANGER);
  }

  @Test
  void whatIsForgottenComesBackOnlyIfItsOwnerOrTheUserTellsIt() {
    connect(peer(1));
    introduce(peer(1), STRANGER);
    registry.forget(STRANGER);
    assertThat(introduce(peer(1), STRANGER)).isEmpty();
    reopen();
    connect(peer(1));
    assertThat(introduce(peer(1), STRANGER)).isEmpty();
    assertThat(known()).doesNotContain(STRANGER);

    registry.follow(STRANGER);

    assertThat(known()).contains(STRANGER);
    nowMillis++;
    registry.forgetStale(Duration.ZERO);
    assertThat(introduce(peer(1), STRANGER)).as("forgotten as stale only").isNotEmpty();
  }

  /** So that those who told their own find room, however many others introduced. */
  @Test
  void noMoreAreWantedThanHalfOfThoseThatAreRemembered() {
    connect(peer(1));
    List<Key> many = new ArrayList<>();
    for (int number = 0; number < KnownRegistries.INTRODUCED_MAX + 10; number++) {
      many.add(numbered(100_000 + number));
    }
    Set<Key> wanted = network.host().registriesIntroduced(peer(1), many);
    assertThat(wanted).hasSize(KnownRegistries.INTRODUCED_MAX);
    assertThat(wanted).containsAll(many.subList(0, KnownRegistries.INTRODUCED_MAX));
  }

  @Test
  void placesAreCountedAlsoOfThoseThatWereAddedAndTaken() throws IOException {
    KnownRegistries all = KnownRegistriesTest.open(new MemoryStorage(), Instant::now);
    int left = KnownRegistries.INTRODUCED_MAX - 2;
    all.addIntroduced(STRANGER);
    assertThat(all.wants(numbered(2), left)).isTrue();
    all.addIntroduced(numbered(2));
    assertThat(all.wants(numbered(3), left)).isFalse();
    all.add(STRANGER);
    assertThat(all.wants(numbered(3), left)).as("one was told").isTrue();
    all.addIntroduced(numbered(3));
    assertThat(all.wants(numbered(4), left)).isFalse();
    all.remove(numbered(3));
    assertThat(all.wants(numbered(4), left)).as("one was taken").isTrue();
  }

  /** Who has not told of all that it knows may know who owns the name. */
  @Test
  void aPeerThatHasNotToldAllIsMissing() {
    Key own = numbered(1_000 + 1);
    registry.follow(own);
    connect(peer(1, false, Map.of(own, head(0))));
    SyncReport report = registry.awaitSynced(Duration.ZERO);
    assertThat(report.behind())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.registryKey()).isEmpty();
              assertThat(entry.reason())
                  .contains("the peer has not told yet which registries it knows");
            });

    connect(peer(1, true, Map.of(own, head(0))));

    assertThat(registry.awaitSynced(Duration.ZERO).behind()).isEmpty();
  }

  @Test
  void thatAMachineWhichFailsCannotReplicateItIsToldToTheNetwork() {
    connect(peer(1));
    introduce(peer(1), log.key());
    assertThat(network.notReplicated()).isEmpty();
    storage.tablesFailing = true;

    assertThat(introduce(peer(1), STRANGER)).containsExactly(STRANGER);

    assertThat(network.notReplicated()).containsExactly(STRANGER);
    storage.tablesFailing = false;
  }

  /** Whoever introduces thousands is not silent, however long it takes. */
  @Test
  void aPeerThatHasNotToldAllGetsOnWhileThereAreMoreRegistries() throws IOException {
    KnownRegistries all = KnownRegistriesTest.open(new MemoryStorage(), Instant::now);
    PeerState peer = peer(1, false, Map.of());
    AtomicLong nanos = new AtomicLong();
    Missing missing = new Missing(all, () -> List.of(peer), nanos::get);
    Standing.Lane lane = Standing.Lane.of(peer, Optional.empty());
    missing.note();
    nanos.addAndGet(10);
    assertThat(missing.lagsFor(lane, 10)).isTrue();

    all.addIntroduced(STRANGER);
    missing.compareAll();

    assertThat(missing.lagsFor(lane, 10)).isFalse();
    nanos.addAndGet(10);
    missing.compareAll();
    assertThat(missing.lagsFor(lane, 10)).isTrue();
  }
}
