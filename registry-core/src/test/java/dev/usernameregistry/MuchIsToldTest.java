package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SilentNetwork;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers tell more than can be looked at, or not the same. */
class MuchIsToldTest {
  private static final Key STRANGER = numbered(0);

  private final Queue<Runnable> looks = new ArrayDeque<>();
  private List<PeerState> peers = List.of();
  private final SilentNetwork network =
      new SilentNetwork() {
        @Override
        public List<PeerState> peers() {
          return peers;
        }
      };
  private final UsernameRegistry registry = open();

  private UsernameRegistry open() {
    RegistryBuilder options = UsernameRegistry.builder().network(network);
    options.worker = looks::add;
    return options.open();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private void look() {
    for (Runnable next; (next = looks.poll()) != null; ) {
      next.run();
    }
  }

  private static Key numbered(int number) {
    return Key.of(ByteBuffer.allocate(Key.BYTES).putInt(4, number).array());
  }

  private static PeerState peer(Key key, Map<Key, PeerState.RemoteHead> heads) {
    return new PeerState(key, "h:1", true, Instant.EPOCH, Optional.of(STRANGER), heads);
  }

  private static PeerState.RemoteHead head(long length) {
    return new PeerState.RemoteHead(length, 0, Optional.empty());
  }

  @Test
  void ofTheRegistriesThatAreToldBeforeALookABoundedNumberIsKept() {
    look();
    for (int number = 0; number < 3_000; number++) {
      network.host().registryTold(peer(STRANGER, Map.of()), numbered(number));
    }
    look();

    assertThat(registry.registries()).as("the own one too").hasSize(1 + RegistryHost.TOLD_MAX);
  }

  @Test
  void ifMoreHeadsAreAnnouncedThanAreKeptAllPeersAreLookedAt() {
    look();
    Map<Key, PeerState.RemoteHead> heads = new HashMap<>();
    for (int number = 1; number <= 20_000; number++) {
      heads.put(numbered(number), head(1));
    }
    peers = List.of(peer(STRANGER, heads));
    network.host().headsChanged(peers);
    look();

    assertThat(registry.registries()).extracting(RegistryInfo::key).contains(STRANGER);
  }

  @Test
  void whatOnePeerHasMoreOfIsMissingWhateverAnotherHas() {
    registry.follow(STRANGER);
    PeerState ahead = peer(numbered(1), Map.of(STRANGER, head(2)));
    PeerState level = peer(numbered(2), Map.of(STRANGER, head(0)));
    for (List<PeerState> connected : List.of(List.of(ahead, level), List.of(level, ahead))) {
      peers = connected;
      assertThat(registry.registries().get(1).state()).isEqualTo(RegistryInfo.State.BEHIND);
    }
  }
}
