package dev.usernameregistry;

import static dev.usernameregistry.KnownRegistriesTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.PeerState.RemoteHead;
import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.memory.MemoryStorage;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MissingTest {
  private static final Key PEER = numbered(1_000);

  private final KnownRegistries known;
  private final KnownRegistry first;
  private final KnownRegistry second;
  private final AtomicLong comparisons = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();
  private volatile List<PeerState> peers = List.of();
  private volatile Runnable meanwhile = () -> {};
  private final Missing missing;

  MissingTest() throws IOException {
    known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
    first = known.add(numbered(1)).orElseThrow();
    second = known.add(numbered(2)).orElseThrow();
    missing = new Missing(known, this::peers, nanos::get);
  }

  private List<PeerState> peers() {
    comparisons.incrementAndGet();
    List<PeerState> asked = peers;
    Runnable told = meanwhile;
    meanwhile = () -> {};
    told.run();
    return asked;
  }

  private static PeerState peer(Key key, Optional<Key> told, Map<Key, RemoteHead> heads) {
    return new PeerState(key, "h:1", true, Instant.EPOCH, told, true, heads);
  }

  private static PeerState peer(Map<Key, RemoteHead> heads) {
    return peer(PEER, Optional.of(numbered(1)), heads);
  }

  private static RemoteHead head(long length) {
    return new RemoteHead(length, 0, Optional.empty());
  }

  private static Map<Key, RemoteHead> heads(long ofFirst, long ofSecond) {
    return Map.of(numbered(1), head(ofFirst), numbered(2), head(ofSecond));
  }

  private static void come(KnownRegistry registry, long fork, long length) {
    registry.progress = new Progress(fork, length, 0, false, 0, 0, 0);
  }

  /** The peer is connected, and all that it announced is here. */
  private void connect() {
    peers = List.of(peer(heads(2, 2)));
    come(first, 0, 2);
    come(second, 0, 2);
    missing.outdate();
    assertThat(missing.look().missing()).isEmpty();
    comparisons.set(0);
  }

  private void announce(PeerState all, Map<Key, RemoteHead> news) {
    peers = List.of(all);
    missing.announced(List.of(peer(news)));
  }

  @Test
  void aHeadThatIsAnnouncedIsMissingUntilItIsHereAndNothingElseIsCompared() {
    connect();
    announce(peer(heads(2, 3)), Map.of(numbered(2), head(3)));
    Missing.Look look = missing.look();
    assertThat(look.missing()).extracting(MissingTest::registryKey).containsExactly(second());
    assertThat(look.report().peers()).isEqualTo(1);
    assertThat(look.report().behind()).hasSize(1);

    come(second, 0, 3);

    assertThat(missing.look().missing()).isEmpty();
    assertThat(missing.look().report()).isEqualTo(new SyncReport(1, List.of()));
    assertThat(comparisons).as("comparisons of all").hasValue(0);
  }

  private static Optional<Key> registryKey(Standing standing) {
    return standing.lane().registryKey();
  }

  private static Optional<Key> second() {
    return Optional.of(numbered(2));
  }

  @Test
  void moreHeadsThanAreKeptAreComparedWithAllOthers() {
    connect();
    Map<Key, RemoteHead> many = new HashMap<>(heads(2, 3));
    for (int number = 3; number < 20_000; number++) {
      many.put(numbered(number), head(1));
    }
    announce(peer(many), many);

    assertThat(missing.look().missing())
        .extracting(MissingTest::registryKey)
        .containsExactly(second());
    assertThat(comparisons).as("comparisons of all").hasValue(1);
  }

  @Test
  void whatIsAnnouncedOfAForgottenRegistryIsNotMissing() throws Exception {
    connect();
    announce(peer(heads(2, 3)), Map.of(numbered(2), head(3)));
    assertThat(missing.look().missing()).hasSize(1);

    known.drop(second);

    assertThat(missing.look().missing()).isEmpty();
  }

  @Test
  void aToldRegistryIsMissingBeforeItIsKnownAndAfterwards() throws Exception {
    peers = List.of(peer(PEER, Optional.of(numbered(3)), Map.of()));
    assertThat(missing.look().missing())
        .extracting(one -> one.entry().reason().orElseThrow())
        .containsExactly("the registry is not opened yet");

    known.add(numbered(3));

    assertThat(missing.look().missing())
        .extracting(one -> one.entry().reason().orElseThrow())
        .containsExactly("the peer has not announced the registry's head yet");
    assertThat(comparisons).as("comparisons of all").hasValue(1);
  }

  @Test
  void afterAComparisonThatFailedAllIsComparedAnew() {
    Missing failing =
        new Missing(
            known,
            () -> {
              if (peers().isEmpty()) {
                throw new IllegalStateException("closed");
              }
              return peers;
            },
            nanos::get);
    assertThatThrownBy(failing::look).hasMessage("closed");

    peers = List.of(peer(heads(0, 1)));

    assertThat(failing.look().missing())
        .extracting(MissingTest::registryKey)
        .containsExactly(second());
  }

  /** Told by another thread, between this one's question for the peers and its answer. */
  @Test
  void whatIsToldWhileAllIsComparedIsLookedAtNext() {
    connect();
    for (Runnable told :
        List.<Runnable>of(
            () -> announce(peer(heads(2, 3)), Map.of(numbered(2), head(3))), missing::outdate)) {
      missing.outdate();
      meanwhile = told;
      missing.look();
      peers = List.of(peer(heads(2, 3)));

      assertThat(missing.look().missing())
          .extracting(MissingTest::registryKey)
          .containsExactly(second());
      come(second, 0, 3);
      connect();
    }
  }

  @Test
  void whoIsConnectedInTwoWaysIsOnePeer() {
    connect();
    peers = List.of(peer(heads(2, 2)), peer(heads(2, 2)));
    missing.outdate();

    assertThat(missing.look().peers()).isEqualTo(1);
  }

  @Test
  void aPeerLagsSinceItsHeadWasNotedUnlessSomethingOfItComes() {
    connect();
    announce(peer(heads(2, 9)), Map.of(numbered(2), head(9)));
    missing.note();
    nanos.set(10);
    Standing.Lane lane = missing.look().missing().get(0).lane();
    assertThat(missing.lagsFor(lane, 10)).isTrue();
    assertThat(missing.lagsFor(lane, 11)).isFalse();

    come(second, 0, 5);
    missing.look();

    assertThat(missing.lagsFor(lane, 1)).isFalse();
  }

  @Test
  void nothingIsOverlookedWhileOthersLook() throws Exception {
    connect();
    AtomicBoolean done = new AtomicBoolean();
    List<FutureTask<Boolean>> others = new ArrayList<>();
    for (Runnable look : List.<Runnable>of(missing::look, missing::note, missing::compareAll)) {
      FutureTask<Boolean> other =
          new FutureTask<>(
              () -> {
                while (!done.get()) {
                  look.run();
                }
              },
              true);
      new Thread(other).start();
      others.add(other);
    }
    try {
      announceAndLook();
    } finally {
      done.set(true);
    }
    for (FutureTask<Boolean> other : others) {
      assertThat(other.get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void announceAndLook() {
    for (int length = 3; length < 3_000; length++) {
      announce(peer(heads(2, length)), Map.of(numbered(2), head(length)));
      if (length % 5 == 0) {
        missing.outdate();
      }
      assertThat(missing.look().missing())
          .extracting(one -> one.entry().announcedLength())
          .containsExactly((long) length);
      come(second, 0, length);
      assertThat(missing.look().missing()).isEmpty();
    }
  }

  /** As whoever waits for the head that was announced before. */
  @Test
  void whatWasAnnouncedMeanwhileIsMissingWhenWhatWasWaitedForIsHere() {
    connect();
    announce(peer(heads(2, 5)), Map.of(numbered(2), head(5)));
    Standing.Lane lane = missing.look().missing().get(0).lane();
    announce(peer(heads(2, 9)), Map.of(numbered(2), head(9)));
    missing.note();

    for (int length = 4; length <= 5; length++) {
      come(second, 0, length);
      assertThat(missing.isStillMissing(lane)).isTrue();
    }
    assertThat(missing.look().missing())
        .extracting(one -> one.entry().announcedLength())
        .containsExactly(9L);
    come(second, 0, 9);
    assertThat(missing.isStillMissing(lane)).isFalse();
  }

  @Test
  void whatAComparisonFoundIsMissingAlthoughItWasNotTold() {
    connect();
    peers = List.of(peer(heads(2, 3)));
    missing.compareAll();

    assertThat(missing.look().missing()).extracting(MissingTest::registryKey).contains(second());
  }

  @Test
  void twoConnectionsOfOnePeerAtOneAddressAreTwo() {
    connect();
    PeerState again =
        new PeerState(
            PEER,
            "h:1",
            true,
            Instant.ofEpochSecond(1),
            Optional.of(numbered(1)),
            true,
            heads(2, 2));
    announce(peer(heads(2, 5)), Map.of(numbered(2), head(5)));
    missing.announced(List.of(again));

    assertThat(missing.look().missing()).extracting(MissingTest::registryKey).contains(second());
  }

  /** A flood comes while what was announced before it has not been looked at. */
  @Test
  void whatWasAnnouncedBeforeAFloodIsKept() {
    Missing.PeerNews news = new Missing.PeerNews();
    List<PeerState> few = List.of(peer(heads(1, 1)));
    Map<Key, RemoteHead> many = new HashMap<>();
    for (int number = 0; number < 20_000; number++) {
      many.put(numbered(number), head(1));
    }
    news.takeOutdated();
    news.add(few);
    assertThat(news.isOutdated()).isFalse();
    news.add(List.of(peer(many)));
    assertThat(news.isOutdated()).isTrue();
    news.add(few);

    assertThat(news.take()).as("until somebody has looked").isEqualTo(few);
    news.add(few);
    assertThat(news.take()).isEqualTo(few);
  }

  @Test
  void anErrorWhileAllIsComparedLosesNothing() {
    connect();
    missing.outdate();
    meanwhile =
        () -> {
          throw new OutOfMemoryError("no room");
        };
    assertThatThrownBy(missing::look).hasMessage("no room");

    peers = List.of(peer(heads(2, 3)));

    assertThat(missing.look().missing()).extracting(MissingTest::registryKey).contains(second());
  }
}
