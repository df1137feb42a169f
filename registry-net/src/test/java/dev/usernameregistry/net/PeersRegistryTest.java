package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connected peer's registry, over a real connection. */
@Timeout(120)
class PeersRegistryTest {
  private final UsernameRegistry alice =
      UsernameRegistry.builder()
          .registeredBy("Alice")
          .network(TcpNetwork.builder().listen("127.0.0.1", 0).build())
          .open();
  private final CompletableFuture<Key> told = new CompletableFuture<>();
  private final UsernameRegistry bob = openBob();

  /** Opens it once Alice's log has its length: it is announced as a whole then. */
  private UsernameRegistry openBob() {
    alice.register("ada");
    String address = alice.listening().get(0);
    int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    return UsernameRegistry.builder()
        .registeredBy("Bob")
        .network(TcpNetwork.builder().connect("127.0.0.1", port).build())
        .listener(
            new RegistryListener() {
              @Override
              public void peerToldRegistry(PeerState peer) {
                peer.registryKey().ifPresent(told::complete);
              }
            })
        .open();
  }

  @BeforeEach
  void meet() {
    assertThat(bob.awaitPeers(1, Duration.ofMinutes(1))).isTrue();
    assertThat(bob.awaitSynced(Duration.ofMinutes(1)).behind()).isEmpty();
  }

  @AfterEach
  void close() {
    bob.close();
    alice.close();
  }

  @Test
  void isToldToListeners() throws Exception {
    assertThat(told.get(1, TimeUnit.MINUTES)).isEqualTo(alice.key());
  }

  @Test
  void isFetchedAnewWhenItWasForgotten() {
    assertThat(bob.forget(alice.key())).isPresent();

    assertThat(bob.awaitSynced(Duration.ofMinutes(1)).behind()).isEmpty();
    assertThat(bob.lookup("ada")).isEqualTo(alice.lookup("ada")).isPresent();
  }
}
