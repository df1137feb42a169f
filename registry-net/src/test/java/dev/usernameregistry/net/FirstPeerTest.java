package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.UsernameRegistry;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two that start at the same moment meet, and who waits for company is told so. */
@Timeout(120)
class FirstPeerTest {
  private static final Duration LONG = Duration.ofMinutes(10);

  @Test
  void inASwarm() throws IOException {
    Topic topic = Topic.random(new SecureRandom());
    try (LocalDht dht = LocalDht.start();
        UsernameRegistry alice = open(Swarm.onTopic(topic).bootstrap(dht.bootstrap()).port(0));
        UsernameRegistry bob = open(Swarm.onTopic(topic).bootstrap(dht.bootstrap()).port(0))) {
      assertMet(alice, bob);
    }
  }

  @Test
  void overTcp() {
    try (UsernameRegistry alice = open(TcpNetwork.builder().listen("127.0.0.1", 0).build())) {
      String address = alice.listening().get(0);
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      TcpNetwork bobs = TcpNetwork.builder().connect("127.0.0.1", port).build();
      try (UsernameRegistry bob = open(bobs)) {
        assertMet(alice, bob);
      }
    }
  }

  private static UsernameRegistry open(LogNetwork network) {
    return UsernameRegistry.builder().network(network).open();
  }

  private static void assertMet(UsernameRegistry alice, UsernameRegistry bob) {
    assertThat(alice.awaitPeers(1, LONG)).isTrue();
    assertThat(bob.awaitPeers(1, LONG)).isTrue();
  }
}
