package dev.usernameregistry.examples.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.LocalDht;
import dev.usernameregistry.net.announce.MutableValue;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One DHT of nodes of both kinds: whatever a client of one kind announces or stores is then kept by
 * the nodes of the other kind, and found by the client of the other kind.
 *
 * <p>Of each kind there are two nodes that store (the reference's bootstrap node is none of them).
 * A record of a topic and a value go to the twenty closest, so to all four of them; a peer's own
 * record goes to the three closest, so to at least one of each kind.
 */
final class MixedDhtInteropTest {
  private static final int FIND_PEER = 2;
  private static final int LOOKUP = 3;
  private static final int MUTABLE_GET = 7;
  private static final int IMMUTABLE_GET = 9;
  private static final byte[] SEQ_0 = {0};

  private static final int OUR_NODES = 2;
  private static final int THEIR_NODES = 2;
  private static final byte[] VALUE = "a value".getBytes(UTF_8);
  private static final String VALUE_HEX = HexFormat.of().formatHex(VALUE);

  @RegisterExtension static final JsPeers JS = new JsPeers();

  private final SecureRandom random = new SecureRandom();
  private final Key topic = Key.of(randomBytes(Key.BYTES));
  private final KeyPair keyPair = KeyPair.fromSeed(randomBytes(KeyPair.SEED_BYTES));
  private final List<AutoCloseable> opened = new ArrayList<>();

  private JsProcess theirs;
  private DhtClient ours;
  private List<Integer> ourPorts = List.of();
  private List<Integer> theirPorts = List.of();

  @BeforeEach
  void mixNodes() throws IOException {
    theirs = JS.run("dht-node.mjs");
    List<Integer> ports = new ArrayList<>();
    theirs
        .ask("testnet", Map.of("size", 1 + THEIR_NODES))
        .path("ports")
        .forEach(port -> ports.add(port.asInt()));
    int bootstrapPort = ports.get(0);
    theirPorts = ports.subList(1, ports.size());
    InetAddress loopback = InetAddress.getLoopbackAddress();
    LocalDht nodes =
        LocalDht.join(
            new InetSocketAddress(loopback, 0),
            OUR_NODES,
            List.of(new InetSocketAddress(loopback, bootstrapPort)));
    opened.add(nodes);
    ourPorts = nodes.nodes().stream().map(InetSocketAddress::getPort).toList();
    ours = new DhtClient(bootstrapPort);
    opened.add(ours);
    for (int table = 0; table <= THEIR_NODES; table++) {
      int which = table;
      Await.until(
          "our nodes in a table of theirs",
          () -> ports(theirs.ask("tables", Map.of()).path("tables").path(which)),
          seen -> seen.containsAll(ourPorts));
    }
    for (int port : ourPorts) {
      Await.until(
          "their nodes in a table of ours",
          () -> nodesNamedBy(port),
          seen -> seen.containsAll(theirPorts));
    }
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  @Test
  void whatTheyAnnounceIsKeptAndFoundByUs() {
    Map<String, String> there = Map.of("topic", topic.hex());
    Key key = key(theirs.ask("announce", there).path("publicKey"));

    assertThat(keepers(Request.of(LOOKUP, topic), key.bytes())).containsAll(ourPorts);
    assertThat(ours.lookup(topic)).containsExactly(key);

    theirs.ask("unannounce", Map.of("topic", topic.hex(), "publicKey", key.hex()));
    assertThat(keepers(Request.of(LOOKUP, topic), key.bytes())).isEmpty();
    assertThat(ours.lookup(topic)).isEmpty();
  }

  @Test
  void whatWeAnnounceIsKeptAndFoundByThem() {
    assertThat(ours.announce(topic, keyPair)).isEqualTo(OUR_NODES + THEIR_NODES);

    byte[] key = keyPair.publicKey().bytes();
    assertThat(keepers(Request.of(LOOKUP, topic), key)).containsAll(theirPorts);
    assertThat(theirs.ask("lookup", Map.of("topic", topic.hex())).path("peers"))
        .extracting(JsonNode::asText)
        .containsExactly(keyPair.publicKey().hex());

    ours.unannounce(topic, keyPair);
    assertThat(keepers(Request.of(LOOKUP, topic), key)).isEmpty();
    assertThat(theirs.ask("lookup", Map.of("topic", topic.hex())).path("peers")).isEmpty();
  }

  @Test
  void aPeerOfTheirsIsFoundThroughOurNodes() {
    Key key = key(theirs.ask("listen", Map.of()).path("publicKey"));

    List<Integer> keepers = keepers(Request.of(FIND_PEER, PeerRecord.target(key)), key.bytes());
    assertThat(keepers).hasSize(3).containsAnyElementsOf(ourPorts);
    assertThat(ours.findPeer(key))
        .extracting(Ipv4Address::port)
        .containsExactlyInAnyOrderElementsOf(keepers);
  }

  @Test
  void aPeerOfOursIsFoundThroughTheirNodes() {
    List<Ipv4Address> relays = ours.listen(keyPair);

    Key key = keyPair.publicKey();
    List<Integer> keepers = keepers(Request.of(FIND_PEER, PeerRecord.target(key)), key.bytes());
    assertThat(keepers).hasSize(3).containsAnyElementsOf(theirPorts);
    assertThat(relays).extracting(Ipv4Address::port).containsExactlyInAnyOrderElementsOf(keepers);
    assertThat(ports(theirs.ask("findPeer", Map.of("publicKey", key.hex())).path("ports")))
        .containsExactlyInAnyOrderElementsOf(keepers);
  }

  @Test
  void theirMutableValueIsKeptAndFoundByUs() {
    Map<String, ?> put = Map.of("value", VALUE_HEX, "seq", 7);
    Key key = key(theirs.ask("mutablePut", put).path("publicKey"));

    assertThat(keepers(mutableGet(key), VALUE)).containsAll(ourPorts);
    MutableValue found = ours.mutableGet(key).orElseThrow();
    assertThat(found.value()).isEqualTo(VALUE);
    assertThat(found.seq()).isEqualTo(7);
  }

  @Test
  void ourMutableValueIsKeptAndFoundByThemAndSoIsItsSuccessor() {
    assertThat(ours.mutablePut(keyPair, 1, "an older value".getBytes(UTF_8)))
        .isEqualTo(OUR_NODES + THEIR_NODES);
    assertThat(ours.mutablePut(keyPair, 2, VALUE)).isEqualTo(OUR_NODES + THEIR_NODES);

    assertThat(keepers(mutableGet(keyPair.publicKey()), VALUE)).containsAll(theirPorts);
    JsonNode found = theirs.ask("mutableGet", Map.of("publicKey", keyPair.publicKey().hex()));
    assertThat(found.path("value").asText()).isEqualTo(VALUE_HEX);
    assertThat(found.path("seq").asLong()).isEqualTo(2);
  }

  @Test
  void theirImmutableValueIsKeptAndFoundByUs() {
    Key hash = key(theirs.ask("immutablePut", Map.of("value", VALUE_HEX)).path("hash"));

    assertThat(hash).isEqualTo(Key.of(Blake2b.hash(VALUE)));
    assertThat(keepers(Request.of(IMMUTABLE_GET, hash), VALUE)).containsAll(ourPorts);
    assertThat(ours.immutableGet(hash))
        .hasValueSatisfying(value -> assertThat(value).isEqualTo(VALUE));
  }

  @Test
  void ourImmutableValueIsKeptAndFoundByThem() {
    assertThat(ours.immutablePut(VALUE)).isEqualTo(OUR_NODES + THEIR_NODES);

    Key hash = Key.of(Blake2b.hash(VALUE));
    assertThat(keepers(Request.of(IMMUTABLE_GET, hash), VALUE)).containsAll(theirPorts);
    assertThat(theirs.ask("immutableGet", Map.of("hash", hash.hex())).path("value").asText())
        .isEqualTo(VALUE_HEX);
  }

  /** Returns the ports of the nodes, of both kinds, whose own answer has {@code wanted} in it. */
  private List<Integer> keepers(Request request, byte[] wanted) {
    String sought = HexFormat.of().formatHex(wanted);
    return Stream.concat(ourPorts.stream(), theirPorts.stream())
        .filter(port -> valueOf(ours.ask(port, request)).contains(sought))
        .toList();
  }

  private static String valueOf(Reply reply) {
    byte[] value = reply.value();
    return value == null ? "" : HexFormat.of().formatHex(value);
  }

  /** Returns the ports of the nodes that the one on {@code port} names to those who ask. */
  private List<Integer> nodesNamedBy(int port) {
    return ours.ask(port, Request.of(LOOKUP, topic)).closerNodes().stream()
        .map(Ipv4Address::port)
        .toList();
  }

  private static Request mutableGet(Key publicKey) {
    return Request.of(MUTABLE_GET, PeerRecord.target(publicKey)).value(SEQ_0);
  }

  private static Key key(JsonNode hex) {
    return Key.fromHex(hex.asText());
  }

  private static List<Integer> ports(JsonNode array) {
    List<Integer> ports = new ArrayList<>();
    array.forEach(port -> ports.add(port.asInt()));
    return ports;
  }

  private byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }
}
