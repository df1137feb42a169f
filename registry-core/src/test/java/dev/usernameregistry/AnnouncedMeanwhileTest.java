package dev.usernameregistry;

import static dev.usernameregistry.Announced.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.PeerState.RemoteHead;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.HeldTasks;
import dev.usernameregistry.testkit.ScriptedNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A peer announces more while the registry has other things to do. */
class AnnouncedMeanwhileTest {
  private static final Key STRANGER = Key.of(new byte[Key.BYTES]);

  private final AtomicLong nowSeconds = new AtomicLong();
  private final HeldTasks looks = new HeldTasks();
  private final ScriptedNetwork network = new ScriptedNetwork();

  private UsernameRegistry open() {
    RegistryBuilder options =
        UsernameRegistry.builder()
            .network(network)
            .syncTimeout(Duration.ZERO)
            .clock(() -> Instant.ofEpochSecond(nowSeconds.get()));
    options.worker = looks;
    UsernameRegistry registry = options.open();
    registry.follow(STRANGER);
    network.connect(peer(registry, 0));
    looks.runAll();
    assertThat(registered(registry, "ada").sync().complete()).isTrue();
    return registry;
  }

  /** Returns a peer that has nothing new but so many blocks of the stranger's registry. */
  private static PeerState peer(UsernameRegistry registry, long length) {
    Map<Key, RemoteHead> heads = Map.of(registry.key(), head(0), STRANGER, head(length));
    return Announced.peer(STRANGER, registry.key(), heads);
  }

  private void announce(UsernameRegistry registry, long length) {
    network.show(peer(registry, length));
    Map<Key, RemoteHead> news = Map.of(STRANGER, head(length));
    network.host().headsChanged(List.of(Announced.peer(STRANGER, registry.key(), news)));
  }

  private static RegisterResult.Registered registered(UsernameRegistry registry, String name) {
    return (RegisterResult.Registered) registry.register(name);
  }

  @Test
  void whatIsAnnouncedOfARegistryThatIsNotForgottenAfterAllIsMissing() {
    try (UsernameRegistry registry = open()) {
      nowSeconds.set(10);
      network.show();
      network.duringForget =
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
