package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.RegisterResult;
import dev.usernameregistry.UsernameRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is registered as the first thing after opening is not taken from somebody who was there
 * before. The sync timeout is longer than the test's own: whoever looks for ever fails.
 */
@Timeout(120)
class FirstRegistrationTest {
  private static final int TIMES = 5;

  private final Topic topic = Topic.random(new SecureRandom());

  private static UsernameRegistry open(String name, LogNetwork network) {
    return UsernameRegistry.builder()
        .registeredBy(name)
        .network(network)
        .syncTimeout(Duration.ofMinutes(10))
        .open();
  }

  @Test
  void inASwarm() throws IOException {
    try (LocalDht dht = LocalDht.start()) {
      Swarm alices = Swarm.onTopic(topic).bootstrap(dht.bootstrap()).port(0);
      try (UsernameRegistry alice = open("Alice", alices)) {
        assertThat(alice.register("ada")).isInstanceOf(RegisterResult.Registered.class);
        assertThat(alices.flush(Duration.ofMinutes(1))).isTrue();
        for (int time = 0; time < TIMES; time++) {
          Swarm bobs = Swarm.onTopic(topic).bootstrap(dht.bootstrap()).port(0);
          try (UsernameRegistry bob = open("Bob", bobs)) {
            assertThat(bob.register("ada")).isInstanceOf(RegisterResult.Taken.class);
          }
        }
      }
    }
  }

  @Test
  void overTcp() throws IOException {
    TcpNetwork alices = TcpNetwork.builder().listen("127.0.0.1", 0).build();
    try (UsernameRegistry alice = open("Alice", alices)) {
      assertThat(alice.register("ada")).isInstanceOf(RegisterResult.Registered.class);
      String address = alice.listening().get(0);
      int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
      for (int time = 0; time < TIMES; time++) {
        TcpNetwork bobs = TcpNetwork.builder().connect("127.0.0.1", port).build();
        try (UsernameRegistry bob = open("Bob", bobs)) {
          assertThat(bob.register("ada")).isInstanceOf(RegisterResult.Taken.class);
          assertThat(bob.awaitSynced(Duration.ofMinutes(1)).entries()).isNotEmpty();
        }
      }
    }
  }

  @Test
  void whereNobodyListens() throws IOException {
    int port;
    try (ServerSocket closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }
    TcpNetwork network = TcpNetwork.builder().connect("127.0.0.1", port).build();
    try (UsernameRegistry alone = open("Alice", network)) {
      assertThat(alone.register("ada")).isInstanceOf(RegisterResult.Registered.class);
    }
  }
}
