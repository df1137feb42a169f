package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.memory.MemoryStorage;
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
    PeerState peer = new PeerState(told, "h:1", true, Instant.EPOCH, Optional.of(told), Map.of());
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
}
