package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegisterResult;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.examples.interop.Network.Nodes;
import dev.usernameregistry.examples.interop.OurPeers.Kept;
import dev.usernameregistry.net.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Peers of both kinds that know nothing but a topic. */
final class SwarmInteropTest {
  @RegisterExtension static final JsPeers JS = new JsPeers();
  @RegisterExtension final OurPeers our = new OurPeers();

  @TempDir Path folder;

  private final Topic topic = Topic.random(new SecureRandom());

  /** Who joins the topic first. */
  enum First {
    WE,
    THEY
  }

  static Stream<Arguments> networksAndOrders() {
    return Stream.of(Nodes.values())
        .flatMap(nodes -> Stream.of(First.values()).map(first -> Arguments.of(nodes, first)));
  }

  @ParameterizedTest(name = "DHT of {0} nodes, {1} join first")
  @MethodSource("networksAndOrders")
  void eachSeesTheOthersNamesAndRefusesThem(Nodes nodes, First first) throws IOException {
    Network network = our.network(Network.start(nodes, JS, folder.resolve("dht")));
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    theirs.ask("register", Map.of("name", "js_name"));
    network.enter(theirs);
    UsernameRegistry ours;
    if (first == First.WE) {
      ours = our.onTopic(network, topic, Kept.ON_DISK, folder.resolve("ours"));
      join(theirs);
    } else {
      join(theirs);
      ours = our.onTopic(network, topic, Kept.ON_DISK, folder.resolve("ours"));
    }
    ours.register("java_name");
    namesAreSharedAndRefused(ours, theirs);
  }

  @ParameterizedTest(name = "DHT of {0} nodes")
  @EnumSource
  void eachFindsTheOtherAgainAfterItWasKilledOrClosed(Nodes nodes) throws IOException {
    Network network = our.network(Network.start(nodes, JS, folder.resolve("dht")));
    JsPeer before = JS.start(folder.resolve("theirs"));
    before.ask("register", Map.of("name", "js_name"));
    network.enter(before);
    join(before);
    UsernameRegistry ours = our.onTopic(network, topic, Kept.ON_DISK, folder.resolve("ours"));
    ours.register("java_name");
    namesAreSharedAndRefused(ours, before);

    before.kill();
    JsPeer after = JS.start(folder.resolve("theirs"));
    network.enter(after);
    join(after);
    namesAreSharedAndRefused(ours, after);

    ours.close();
    UsernameRegistry again = our.onTopic(network, topic, Kept.ON_DISK, folder.resolve("ours"));
    Await.until("a peer", again::peers, peers -> peers.size() == 1);
    again.register("java_later");
    after.awaitLength(again.key().hex(), 3);
    assertThat(after.names(again.key().hex()).has("java_later")).isTrue();
  }

  @ParameterizedTest(name = "DHT of {0} nodes")
  @EnumSource
  void fifteenPeersAllConnectAndOursListAllNames(Nodes nodes) throws IOException {
    Network network = our.network(Network.start(nodes, JS, folder.resolve("dht")));
    List<JsPeer> theirs = new ArrayList<>();
    List<UsernameRegistry> ours = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      if (i % 3 == 0) {
        JsPeer peer = JS.start(folder.resolve("js" + i));
        peer.ask("register", Map.of("name", "js_" + i));
        network.enter(peer);
        join(peer);
        theirs.add(peer);
      } else {
        UsernameRegistry peer = our.onTopic(network, topic, Kept.IN_MEMORY, folder);
        peer.register("java_" + i);
        ours.add(peer);
      }
    }
    for (UsernameRegistry peer : ours) {
      Await.until("14 peers", () -> publicKeys(peer), keys -> keys.size() == 14);
      Await.until("15 names", peer::listAll, names -> names.size() == 15);
    }
    for (JsPeer peer : theirs) {
      Await.until("14 peers", () -> connected(peer), keys -> keys.size() == 14);
    }
  }

  @ParameterizedTest(name = "DHT of {0} nodes")
  @EnumSource
  void aPeerKilledWithoutGoodbyeIsNoticed(Nodes nodes) throws IOException {
    Network network = our.network(Network.start(nodes, JS, folder.resolve("dht")));
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    network.enter(theirs);
    join(theirs);
    UsernameRegistry ours = our.onTopic(network, topic, Kept.IN_MEMORY, folder);
    Await.until("a peer", ours::peers, peers -> peers.size() == 1);

    theirs.kill();

    Await.until("no peer", ours::peers, List::isEmpty);
  }

  @ParameterizedTest(name = "DHT of {0} nodes")
  @EnumSource
  void afterACleanLeaveAReturningPeerConnectsAtOnce(Nodes nodes) throws IOException {
    Network network = our.network(Network.start(nodes, JS, folder.resolve("dht")));
    UsernameRegistry ours = our.onTopic(network, topic, Kept.IN_MEMORY, folder);
    JsPeer theirs = JS.start(folder.resolve("theirs"));
    network.enter(theirs);
    join(theirs);
    Await.until("a peer", ours::peers, peers -> peers.size() == 1);

    theirs.ask("leaveSwarm", Map.of());
    Await.until("no peer", ours::peers, List::isEmpty);
    network.enter(theirs);
    join(theirs);

    theirs.ask("flush", Map.of());
    Await.until("their peer", () -> connected(theirs), keys -> keys.size() == 1);
    Await.until("a peer", ours::peers, peers -> peers.size() == 1);
  }

  private void join(JsPeer peer) {
    peer.ask("join", Map.of("topic", topic.hex()));
  }

  private void namesAreSharedAndRefused(UsernameRegistry ours, JsPeer theirs) {
    theirs.event("told");
    Await.until("our name", () -> theirs.names(ours.key().hex()), names -> names.has("java_name"));
    Await.until("their name", () -> ours.lookup("js_name"), Optional::isPresent);
    JsonNode refused = theirs.ask("register", Map.of("name", "java_name"));
    assertThat(refused.path("registered").asBoolean()).isFalse();
    assertThat(refused.path("registry").asText()).isEqualTo(ours.key().hex());
    RegisterResult taken = ours.register("js_name");
    assertThat(taken).isInstanceOf(RegisterResult.Taken.class);
    assertThat(taken.registration().registryKey().hex()).isEqualTo(theirs.registry());
  }

  private static List<String> publicKeys(UsernameRegistry registry) {
    return registry.peers().stream().map(PeerState::publicKey).map(Object::toString).toList();
  }

  private static List<String> connected(JsPeer peer) {
    List<String> keys = new ArrayList<>();
    peer.ask("swarmPeers", Map.of()).path("peers").forEach(key -> keys.add(key.asText()));
    return keys;
  }
}
