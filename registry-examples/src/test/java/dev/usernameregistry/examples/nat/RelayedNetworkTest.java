package dev.usernameregistry.examples.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.interop.Await;
import dev.usernameregistry.examples.interop.JsPeer;
import dev.usernameregistry.examples.interop.JsPeers;
import dev.usernameregistry.examples.interop.JsProcess;
import dev.usernameregistry.net.Topic;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A peer of ours and one of the reference, each behind a NAT that shows everyone another port, meet
 * at the reference's blind relay, since no hole can be punched between them.
 */
@Timeout(300)
final class RelayedNetworkTest {
  @RegisterExtension static final JsPeers JS = new JsPeers();

  /** Why these tests cannot run; each of them says so. */
  private static final Optional<String> OBSTACLE = Topology.obstacle();

  /** Where the relay is. */
  private static final int RELAY_NODE = Topology.PUBLIC_NODES - 1;

  private final String topic = Topic.random(new SecureRandom()).hex();

  @TempDir Path folder;

  /** Who proposes the relay. */
  enum Proposer {
    WE,
    THEY,
    BOTH
  }

  @BeforeEach
  void needNamespaces() {
    assumeTrue(OBSTACLE.isEmpty(), () -> OBSTACLE.orElse(""));
  }

  @ParameterizedTest(name = "{0} propose, we dial: {1}")
  @CsvSource({"WE, true", "WE, false", "THEY, true", "THEY, false", "BOTH, true", "BOTH, false"})
  void namesTravelThroughTheRelay(Proposer proposer, boolean weDial) throws Exception {
    try (Topology topology = new Topology(Gateway.SYMMETRIC, Gateway.SYMMETRIC);
        Programs programs = new Programs()) {
      PublicDht.start(topology, programs);
      JsProcess relay = JS.run(topology.publicNode(RELAY_NODE)::inside, "blind-relay.mjs");
      String relayKey = relay.ask("open", dht()).path("publicKey").asText();
      JsPeer theirs = JS.start(topology.right()::inside, folder);
      theirs.ask("register", Map.of("name", "js_name"));
      Map<String, Object> swarm = dht();
      if (proposer != Proposer.WE) {
        swarm.put("relay", relayKey);
      }
      theirs.ask("swarm", swarm);
      if (weDial) {
        join(theirs, false);
      }
      List<String> command = ours(weDial ? "CLIENT" : "SERVER");
      if (proposer != Proposer.THEY) {
        command.add(relayKey);
      }
      PrivateShell ours = new PrivateShell(programs.start(topology.left(), command));
      String ourKey = ours.next("ready").path("registryKey").asText();
      if (!weDial) {
        assertThat(ours.next("flushed").path("complete").asBoolean()).isTrue();
        join(theirs, true);
      }

      ours.next("name", event -> event.path("username").asText().equals("js_name"));
      theirs.event("told");
      Await.until("our name", () -> theirs.names(ourKey), names -> names.has("java_name"));

      JsonNode hosts = theirs.ask("swarmPeers", Map.of()).path("hosts");
      assertThat(hosts)
          .extracting(JsonNode::asText)
          .containsExactly(Topology.publicHost(RELAY_NODE));
      assertThat(relay.ask("pairs", Map.of()).path("active").asInt()).isEqualTo(1);
    }
  }

  private static Map<String, Object> dht() {
    Map<String, Object> dht = new HashMap<>();
    dht.put("host", Topology.publicHost(0));
    dht.put("port", PublicDht.PORT);
    dht.put("bind", "0.0.0.0");
    return dht;
  }

  private void join(JsPeer theirs, boolean client) {
    theirs.ask("join", Map.of("topic", topic, "server", !client, "client", client));
  }

  private List<String> ours(String role) {
    return new ArrayList<>(
        Programs.java(
            RelayedRegistry.class,
            Topology.publicHost(0),
            String.valueOf(PublicDht.PORT),
            topic,
            role,
            "java_name"));
  }
}
