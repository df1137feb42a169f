package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.PeerState.RemoteHead;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.testkit.SilentNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A peer announces more while the registry has other things to do. */
class AnnouncedMeanwhileTest {
  private static final Key STRANGER = Key.of(new byte[Key.BYTES]);

  private final AtomicLong nowSeconds = new AtomicLong();
  private final Queue<Runnable> looks = new ArrayDeque<>();
  private volatile List<PeerState> peers = List.of();
  private Runnable duringForget = () -> {};
  private final SilentNetwork network =
      new SilentNetwork() {
        @Override
        public void forget(Log log) {
          duringForget.run();
        }

        @Override
        public List<PeerState> peers() {
          return peers;
        }
      };

  private UsernameRegistry open() {
    RegistryBuilder options =
        UsernameRegistry.builder()
            .network(network)
            .syncTimeout(Duration.ZERO)
            .clock(() -> Instant.ofEpochSecond(nowSeconds.get()));
    options.worker = looks::add;
    UsernameRegistry registry = options.open();
    registry.follow(STRANGER);
    show(registry, 0);
    network.host().peersChanged();
    look();
    assertThat(registered(registry, "ada").sync().complete()).isTrue();
    return registry;
  }

  private void look() {
    for (Runnable next; (next = looks.poll()) != null; ) {
      next.run();
    }
  }

  /** Shows a peer that has nothing new but so many blocks of the stranger's registry. */
  private void show(UsernameRegistry registry, long length) {
    Map<Key, RemoteHead> heads = Map.of(registry.key(), head(0), STRANGER, head(length));
    peers = List.of(peer(registry.key(), heads));
  }

  private void announce(UsernameRegistry registry, long length) {
    show(registry, length);
    network.host().headsChanged(List.of(peer(registry.key(), Map.of(STRANGER, head(length)))));
  }

  private static PeerState peer(Key told, Map<Key, RemoteHead> heads) {
    return new PeerState(STRANGER, "h:1", true, Instant.EPOCH, Optional.of(told), heads);
  }

  private static RemoteHead head(long length) {
    return new RemoteHead(length, 0, Optional.empty());
  }

  private static RegisterResult.Registered registered(UsernameRegistry registry, String name) {
    return (RegisterResult.Registered) registry.register(name);
  }

  @Test
  void whatIsAnnouncedOfARegistryThatIsNotForgottenAfterAllIsMissing() {
    try (UsernameRegistry registry = open()) {
      nowSeconds.set(10);
      peers = List.of();
      duringForget =
          () -> {
            announce(registry, 2);
            assertThat(registered(registry, "bob").sync().complete()).isTrue();
            throw new IllegalStateException("the network fails");
          };

      assertThatThrownBy(() -> registry.forgetStale(Duration.ofSeconds(1)))
          .hasMessage("the network fails");

      assertThat(registered(registry, "carl").sync().behind())
          .extracting(SyncReport.Entry::registryKey)
          .containsExactly(Optional.of(STRANGER));
    }
  }
}
