package dev.usernameregistry.examples.shell;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.OwnName;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.SyncReport;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.examples.terminal.Reach;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.SwarmStatus.Trouble;
import dev.usernameregistry.net.TcpNetwork.Dial;
import dev.usernameregistry.net.Topic;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** What things look like inside a {@link JsonAnswers} line; the table is there. */
final class Shapes {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Shapes() {}

  static ObjectNode of(Registration registration) {
    return NODES
        .objectNode()
        .put("username", registration.username())
        .put("publicKey", registration.publicKey())
        .put("registeredAt", registration.registeredAt().map(Instant::toEpochMilli).orElse(null))
        .put("registeredBy", registration.registeredBy())
        .put("registryKey", registration.registryKey().hex())
        .set("profile", registration.profile());
  }

  static ObjectNode of(OwnName name) {
    ObjectNode node = NODES.objectNode();
    node.set("registration", of(name.registration()));
    node.set("owner", of(name.owner()));
    return node.put("lost", name.lost());
  }

  static ObjectNode of(RegistryInfo registry) {
    return NODES
        .objectNode()
        .put("registryKey", registry.key().hex())
        .put("own", registry.own())
        .put("discoveredAt", registry.discoveredAt().toEpochMilli())
        .put("lastSeenAt", registry.lastSeenAt().toEpochMilli())
        .put("length", registry.length())
        .put("names", registry.names())
        .put("refusedNames", registry.refusedNames())
        .put("unusableRecords", registry.unusableRecords())
        .put("state", registry.state().name().toLowerCase(Locale.ROOT))
        .put("synced", registry.state() == RegistryInfo.State.SYNCED)
        .put("reason", registry.reason().orElse(""));
  }

  static ObjectNode of(PeerState peer) {
    ArrayNode heads = NODES.arrayNode();
    peer.heads()
        .forEach(
            (key, head) ->
                heads
                    .addObject()
                    .put("registryKey", key.hex())
                    .put("length", head.length())
                    .put("fork", head.fork())
                    .put("trouble", head.trouble().orElse(null)));
    return NODES
        .objectNode()
        .put("address", peer.address())
        .put("publicKey", peer.publicKey().hex())
        .put("initiator", peer.initiator())
        .put("connectedAt", peer.connectedAt().toEpochMilli())
        .put("registryKey", peer.registryKey().map(Key::hex).orElse(null))
        .set("heads", heads);
  }

  static ObjectNode of(SyncReport.Entry entry) {
    return NODES
        .objectNode()
        .put("address", entry.address())
        .put("publicKey", entry.peer().hex())
        .put("registryKey", entry.registryKey().map(Key::hex).orElse(null))
        .put("announcedLength", entry.announcedLength())
        .put("length", entry.length())
        .put("reason", entry.reason().orElse(null));
  }

  static ObjectNode of(Dial dial) {
    return NODES
        .objectNode()
        .put("address", dial.address())
        .put("connected", dial.connected())
        .put("trouble", dial.trouble().orElse(null));
  }

  /** Returns what of a swarm stays as it is: who this peer is there, and on which topics. */
  static ObjectNode identity(SwarmStatus swarm, List<Topic> topics) {
    ArrayNode digits = NODES.arrayNode();
    topics.forEach(topic -> digits.add(topic.hex()));
    ObjectNode node = NODES.objectNode().put("publicKey", swarm.publicKey().hex());
    node.set("dht", JsonLines.address(swarm.dhtAddress()));
    node.set("topics", digits);
    return node;
  }

  static ObjectNode of(SwarmStanding standing) {
    SwarmStatus swarm = standing.status();
    ObjectNode node = NODES.objectNode().put("publicKey", swarm.publicKey().hex());
    node.set("dht", JsonLines.address(swarm.dhtAddress()));
    node.set("publicAddress", swarm.publicAddress().map(JsonLines::address).orElse(null));
    return node.put("bootstrapped", swarm.bootstrapped())
        .put("nodes", swarm.nodes())
        .put("trouble", standing.trouble().orElse(null))
        .put("alone", swarm.trouble().map(Shapes::word).orElse(null))
        .put("reachability", Reach.of(swarm).word())
        .put("suspended", swarm.suspended())
        .put("connections", swarm.connections())
        .put("connecting", swarm.connecting())
        .put("packetsSent", swarm.packetsSent())
        .put("packetsReceived", swarm.packetsReceived())
        .set("topics", list(swarm.topics(), Shapes::of));
  }

  private static String word(Trouble trouble) {
    return switch (trouble) {
      case NO_ADDRESS -> "noAddress";
      case NO_ANSWER -> "noAnswer";
      case NOBODY_FOUND -> "nobodyFound";
      case NOBODY_REACHED -> "nobodyReached";
      case FULL -> "full";
    };
  }

  private static ObjectNode of(SwarmStatus.TopicStatus topic) {
    return NODES
        .objectNode()
        .put("topic", topic.topic().hex())
        .put("announced", topic.announced())
        .put("refreshed", topic.refreshed())
        .put("peersFound", topic.peersFound());
  }

  /** Returns the JSON of each of {@code values}. */
  static <T> ArrayNode list(List<T> values, Function<T, ObjectNode> shape) {
    ArrayNode array = NODES.arrayNode();
    values.forEach(value -> array.add(shape.apply(value)));
    return array;
  }
}
