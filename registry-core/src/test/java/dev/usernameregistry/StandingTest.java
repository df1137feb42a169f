package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.store.LogStore;
import dev.usernameregistry.testkit.WritableLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class StandingTest {
  /** Waits for ever if it is waited for: this clock stands still. */
  @Test
  @Timeout(120)
  void aRegistryForWhichThereIsNoRoomIsBehindAndNotWaitedFor() throws Exception {
    KnownRegistries known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
    for (int number = 0; number < KnownRegistries.REGISTRIES_MAX; number++) {
      known.add(KnownRegistriesTest.numbered(number));
    }
    Key told = KnownRegistriesTest.numbered(KnownRegistries.REGISTRIES_MAX);
    PeerState peer =
        new PeerState(told, "h:1", true, Instant.EPOCH, Optional.of(told), true, Map.of());
    PeerSync sync =
        new PeerSync(known, () -> List.of(peer), () -> false, Duration.ofHours(1), () -> 0);

    SyncReport report = sync.awaitAll(Duration.ofHours(1));

    assertThat(report.behind())
        .extracting(entry -> entry.reason().orElseThrow())
        .containsExactly("the registry is one more than can be remembered; forgetStale makes room");
    known.drop(known.find(KnownRegistriesTest.numbered(0)).orElseThrow());
    assertThat(sync.awaitAll(Duration.ZERO).behind())
        .extracting(entry -> entry.reason().orElseThrow())
        .containsExactly("the registry is not opened yet");
  }

  @Test
  void forWhatIsHereAndNotAnsweredFromYetThereIsRoomAndItIsWaitedFor() throws Exception {
    Log writer =
        LogStore.open(new MemoryStorage(), KnownRegistriesTest.numbered(1)).open("registry");
    writer.append(List.of(new byte[9], new byte[9], new byte[9]));
    KnownRegistries known = KnownRegistriesTest.open(new MemoryStorage(0), () -> Instant.EPOCH);
    KnownRegistry registry = known.add(writer.key()).orElseThrow();
    Copies.bring(writer, registry.log);
    Standing.Lane lane =
        new Standing.Lane(writer.key(), "a:1", Instant.EPOCH, Optional.of(writer.key()));

    Standing here = Standing.of(lane, registry, Optional.of(Announced.head(3)));
    assertThat(here.canCatchUp()).isTrue();
    assertThat(here.entry().reason()).contains("3 blocks have not been fetched yet");
    assertThat(registry.info().reason()).contains("0 of 3 blocks are here and answered from");
    Standing more = Standing.of(lane, registry, Optional.of(Announced.head(4)));
    assertThat(more.canCatchUp()).isFalse();
    assertThat(more.entry().reason()).contains(KnownRegistry.NO_ROOM);
  }

  /** Two bytes 0 and 31 add to the hash what 1 and 0 do. */
  private static Key keyOfOneHash(int number) {
    byte[] bytes = new byte[Key.BYTES];
    for (int bit = 0; bit < Key.BYTES / 2; bit++) {
      boolean one = (number >> bit & 1) == 1;
      bytes[2 * bit] = (byte) (one ? 0 : 1);
      bytes[2 * bit + 1] = (byte) (one ? 31 : 0);
    }
    return Key.of(bytes);
  }

  private static Stream<Standing.Lane> lanes(Key peer, String address, Optional<Key> key) {
    return Stream.of(Instant.EPOCH, Instant.ofEpochSecond(1))
        .map(connectedAt -> new Standing.Lane(peer, address, connectedAt, key));
  }

  @Test
  void lanesAreOrderedAsTheyAreEqual() {
    Key small = keyOfOneHash(0);
    Key large = keyOfOneHash(1 << 15);
    List<Standing.Lane> lanes =
        Stream.of(small, large)
            .flatMap(
                peer ->
                    Stream.of("a:1", "b:1")
                        .flatMap(
                            address ->
                                Stream.of(
                                        Optional.<Key>empty(),
                                        Optional.of(small),
                                        Optional.of(large))
                                    .flatMap(key -> lanes(peer, address, key))))
            .toList();

    for (Standing.Lane one : lanes) {
      for (Standing.Lane other : lanes) {
        assertThat(one.compareTo(other) == 0).isEqualTo(one.equals(other));
        assertThat(Integer.signum(one.compareTo(other)))
            .isEqualTo(-Integer.signum(other.compareTo(one)));
      }
    }
  }

  /** Returns why {@code registry} is behind a peer that announced {@code head}; "" if it is not. */
  private static String reason(KnownRegistry registry, PeerState.RemoteHead head) {
    Key key = registry.key();
    Standing.Lane lane = new Standing.Lane(key, "h:1", Instant.EPOCH, Optional.of(key));
    Standing standing = Standing.of(lane, registry, Optional.of(head));
    assertThat(standing.behind()).isEqualTo(standing.entry().reason().isPresent());
    boolean mayCome = standing.canCatchUp();
    assertThat(mayCome).isEqualTo(standing.behind() && !standing.hopeless());
    return standing.entry().reason().orElse("")
        + (standing.behind() && !mayCome ? ", hopeless" : "");
  }

  private static PeerState.RemoteHead head(long length, long fork, String trouble) {
    return new PeerState.RemoteHead(
        length, fork, trouble.isEmpty() ? Optional.empty() : Optional.of(trouble));
  }

  @Test
  void itIsSaidWhatIsMissingAndWhetherItMayCome() throws Exception {
    KnownRegistries known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
    KnownRegistry registry = known.add(KnownRegistriesTest.numbered(1)).orElseThrow();
    registry.progress = new Progress(1, 2, 0, false, 0, 0, 0);

    assertThat(reason(registry, head(2, 1, ""))).isEmpty();
    assertThat(reason(registry, head(2, 1, "too large"))).as("it is here").isEmpty();
    assertThat(reason(registry, head(9, 0, ""))).as("an earlier fork").isEmpty();
    assertThat(reason(registry, head(3, 1, ""))).isEqualTo("1 block has not been fetched yet");
    assertThat(reason(registry, head(4, 1, ""))).isEqualTo("2 blocks have not been fetched yet");
    assertThat(reason(registry, head(1, 2, ""))).isEqualTo("fork 2 has not been fetched yet");
    assertThat(reason(registry, head(3, 1, "too large"))).isEqualTo("too large");
    registry.trouble = "no bee";
    assertThat(reason(registry, head(3, 1, "too large"))).isEqualTo("unreadable: no bee, hopeless");
    assertThat(reason(registry, head(2, 1, ""))).as("it is here").isEmpty();
  }

  @Test
  void aReportSaysWhichPeerIsAheadAndInWhich() throws Exception {
    KnownRegistries known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
    KnownRegistry registry = known.add(KnownRegistriesTest.numbered(1)).orElseThrow();
    registry.progress = new Progress(0, 2, 0, false, 0, 0, 0);
    Key key = KnownRegistriesTest.numbered(2);
    PeerState peer =
        new PeerState(key, "h:1", true, Instant.EPOCH, Optional.empty(), true, Map.of());
    Standing.Lane lane = Standing.Lane.of(peer, Optional.of(registry.key()));

    SyncReport.Entry entry = Standing.of(lane, registry, Optional.of(head(5, 0, ""))).entry();

    assertThat(entry.peer()).isEqualTo(key);
    assertThat(entry.address()).isEqualTo("h:1");
    assertThat(entry.registryKey()).contains(registry.key());
    assertThat(entry.announcedLength()).isEqualTo(5);
    assertThat(entry.length()).isEqualTo(2);
  }

  @Test
  void ofAFrozenRegistryNoMoreComesThanWhatIsBeyondDispute() throws Exception {
    Log writer = writerOf(0, 1);
    KnownRegistries known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
    KnownRegistry registry = known.add(writer.key()).orElseThrow();
    Copies.bring(writer, registry.log);
    Copies.compare(writerOf(0, 2), registry.log);
    while (registry.advance()) {}
    assertThat(registry.frozen()).isTrue();
    assertThat(registry.progress.length()).as("that both histories begin with").isEqualTo(2);
    String frozen = "frozen: its writer signed two histories, hopeless";

    assertThat(reason(registry, head(2, 0, ""))).as("it is here").isEmpty();
    assertThat(reason(registry, head(3, 0, ""))).isEqualTo(frozen);
    registry.trouble = "no bee";
    assertThat(reason(registry, head(3, 0, ""))).isEqualTo(frozen);
    assertThat(registry.info().state()).isEqualTo(RegistryInfo.State.FROZEN);
  }

  @Test
  void whatIsBeyondDisputeOfAFrozenRegistryMayStillCome() throws Exception {
    Log writer = writerOf(0, 1);
    KnownRegistries known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
    KnownRegistry registry = known.add(writer.key()).orElseThrow();
    Copies.compare(writer, registry.log);
    Copies.compare(writerOf(0, 2), registry.log);

    assertThat(registry.frozen()).isTrue();
    String frozen =
        "frozen: its writer signed two histories; 0 of 2 blocks are here and answered from";
    assertThat(reason(registry, head(3, 0, ""))).isEqualTo(frozen);
    assertThat(reason(registry, head(3, 1, ""))).isEqualTo(frozen + ", hopeless");
    assertThat(registry.info().state()).isEqualTo(RegistryInfo.State.FROZEN);
    assertThat(registry.info().reason().orElseThrow())
        .endsWith("stays: 0 of 2 blocks are here and answered from");
  }

  /** Returns a log with a bee of these keys. */
  private static Log writerOf(int... keys) throws Exception {
    Log writer = WritableLog.open(new MemoryStorage(), 0);
    for (int key : keys) {
      new Bee(writer).put(new byte[] {(byte) key}, new byte[0]);
    }
    return writer;
  }
}
