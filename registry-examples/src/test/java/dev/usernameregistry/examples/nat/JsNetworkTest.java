package dev.usernameregistry.examples.nat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.interop.Await;
import dev.usernameregistry.examples.interop.JsPeer;
import dev.usernameregistry.examples.interop.JsPeers;
import dev.usernameregistry.examples.interop.JsProcess;
import dev.usernameregistry.net.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A peer of ours behind a NAT and one of the reference somewhere else find a way to each other. */
@Timeout(300)
final class JsNetworkTest {
  @RegisterExtension static final JsPeers JS = new JsPeers();

  /** Why these tests cannot run; each of them says so. */
  private static final Optional<String> OBSTACLE = Topology.obstacle();

  /** A public node that has room for a program more. */
  private static final int LAST_NODE = Topology.PUBLIC_NODES - 1;

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

  /** Both are behind NATs that show everyone another port, so that no hole can be punched. */
  @ParameterizedTest(name = "{0} propose, we dial: {1}")
  @CsvSource({"WE, true", "WE, false", "THEY, true", "THEY, false", "BOTH, true", "BOTH, false"})
  void namesTravelThroughARelayOfTheReference(Proposer proposer, boolean weDial) throws Exception {
    try (Topology topology = new Topology(Gateway.SYMMETRIC, Gateway.SYMMETRIC);
        Programs programs = new Programs()) {
      PublicDht.start(topology, programs);
      JsProcess relay = JS.run(topology.publicNode(LAST_NODE)::inside, "blind-relay.mjs");
      String relayKey = relay.ask("open", dht()).path("publicKey").asText();
      Map<String, Object> theirSwarm = dht();
      if (proposer != Proposer.WE) {
        theirSwarm.put("relay", relayKey);
      }
      JsPeer theirs = theirs(topology.right(), theirSwarm);
      List<String> ours = ours(weDial ? "CLIENT" : "SERVER");
      if (proposer != Proposer.THEY) {
        ours.add(relayKey);
      }

      namesTravel(() -> programs.start(topology.left(), ours), theirs, weDial);

      assertThat(theirs.ask("swarmPeers", Map.of()).path("hosts"))
          .extracting(JsonNode::asText)
          .containsExactly(Topology.publicHost(LAST_NODE));
      assertThat(relay.ask("pairs", Map.of()).path("active").asInt()).isEqualTo(1);
    }
  }

  /** It waits for us to speak first, because it says that anybody reaches it. */
  @Test
  void aPeerThatAnybodyReachesDialsOursBehindANat() throws Exception {
    try (Topology topology = new Topology(Gateway.CONE, Gateway.CONE);
        Programs programs = new Programs()) {
      PublicDht.start(topology, programs);
      Map<String, Object> theirSwarm = dht();
      theirSwarm.put("firewalled", false);
      JsPeer theirs = theirs(topology.publicNode(LAST_NODE), theirSwarm);

      namesTravel(() -> programs.start(topology.left(), ours("SERVER")), theirs, false);

      assertThat(theirs.ask("swarmPeers", Map.of()).path("hosts"))
          .extracting(JsonNode::asText)
          .containsExactly(Topology.leftPublicHost());
    }
  }

  private JsPeer theirs(Namespace where, Map<String, ?> swarm) throws IOException {
    JsPeer theirs = JS.start(where::inside, folder);
    theirs.ask("register", Map.of("name", "js_name"));
    theirs.ask("swarm", swarm);
    return theirs;
  }

  /** Has the one that is dialled join first; each side then hears of the other's name. */
  private void namesTravel(Callable<Process> ours, JsPeer theirs, boolean weDial) throws Exception {
    if (weDial) {
      join(theirs, false);
    }
    PrivateShell started = new PrivateShell(ours.call());
    String ourKey = started.next("ready").path("registryKey").asText();
    if (!weDial) {
      assertThat(started.next("flushed").path("complete").asBoolean()).isTrue();
      join(theirs, true);
    }
    started.next("name", event -> event.path("username").asText().equals("js_name"));
    theirs.event("told");
    Await.until("our name", () -> theirs.names(ourKey), names -> names.has("java_name"));
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
            RegistryProgram.class,
            Topology.publicHost(0),
            String.valueOf(PublicDht.PORT),
            topic,
            role,
            "java_name"));
  }
}
