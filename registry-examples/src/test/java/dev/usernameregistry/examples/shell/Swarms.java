package dev.usernameregistry.examples.shell;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.terminal.Address;
import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import dev.usernameregistry.net.SwarmStatus.TopicStatus;
import dev.usernameregistry.net.SwarmStatus.Trouble;
import dev.usernameregistry.net.Topic;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/** Swarms as tests want them. */
final class Swarms {
  static final Topic TOPIC = Topic.of("example usernames");

  private static final Entrance ENTRANCE = entrance();

  /** In the DHT, and on the topic. */
  static final SwarmStanding JOINED = swarm(true, 5, Reachability.OPEN, true);

  /** What programs are told of {@link #JOINED}. */
  static final String JOINED_EVENT =
      """
      {"event": "swarm", "stage": "joined", "swarm": {
        "publicKey": "abababababababababababababababababababababababababababababababab",
        "dht": {"host": "192.0.2.1", "port": 4001},
        "publicAddress": {"host": "192.0.2.7", "port": 4002},
        "bootstrapped": true, "nodes": 5, "trouble": null, "alone": null,
        "reachability": "open", "suspended": false,
        "connections": 2, "connecting": 1, "packetsSent": 100, "packetsReceived": 99,
        "topics": [{"topic": "%s", "announced": true, "refreshed": true, "peersFound": 3}]}}
      """
          .formatted(TOPIC.hex());

  private Swarms() {}

  /** An entrance that begins now. */
  static Entrance entrance() {
    return Entrance.by(List.of(new Address("192.0.2.9", 4009))).lookedUp();
  }

  static SwarmStanding swarm(boolean bootstrapped, long nodes, Reachability reach, boolean joined) {
    Trouble trouble = bootstrapped && nodes == 0 ? Trouble.NO_ANSWER : null;
    return SwarmStanding.of(
        status(bootstrapped, nodes, reach, joined, Optional.ofNullable(trouble)), ENTRANCE);
  }

  /** Just started, and nobody has answered for some seconds. */
  static SwarmStanding unanswered(Entrance entrance) {
    return SwarmStanding.of(
        status(false, 0, Reachability.OPEN, false, Optional.of(Trouble.NO_ANSWER)), entrance);
  }

  /** In the DHT, but without any peer, for this reason. */
  static SwarmStanding alone(Trouble why) {
    return SwarmStanding.of(status(true, 5, Reachability.OPEN, true, Optional.of(why)), ENTRANCE);
  }

  private static SwarmStatus status(
      boolean bootstrapped,
      long nodes,
      Reachability reach,
      boolean joined,
      Optional<Trouble> trouble) {
    return new SwarmStatus(
        Key.fromHex("ab".repeat(Key.BYTES)),
        new InetSocketAddress("192.0.2.1", 4001),
        Optional.of(InetSocketAddress.createUnresolved("192.0.2.7", 4002)),
        bootstrapped,
        nodes,
        reach,
        false,
        trouble,
        List.of(new TopicStatus(TOPIC, joined, joined, 3)),
        2,
        1,
        100,
        99);
  }
}
