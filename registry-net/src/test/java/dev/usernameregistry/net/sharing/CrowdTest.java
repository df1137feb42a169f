package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.TestPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Many peers who introduce registries to each other, while connections come and go in any order,
 * and logs begin and grow. Once there is a way between any two, all have the same.
 */
class CrowdTest {
  private static final int PEERS = 7;
  private static final int STEPS = 300;

  /** More with {@code -Dseeds=N}. */
  static IntStream seeds() {
    return IntStream.range(0, Integer.getInteger("seeds", 30));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void allComeToHaveTheSame(int seed) {
    Crowd crowd = new Crowd(seed);
    for (int step = 0; step < STEPS; step++) {
      crowd.step();
    }
    crowd.bringTogether();
    crowd.world.settle();

    Map<Key, Long> all = crowd.lengths(0);
    assertThat(all).as("something happened").isNotEmpty();
    for (int i = 1; i < PEERS; i++) {
      assertThat(crowd.lengths(i)).as("what peer %s has", i).isEqualTo(all);
    }
    assertThat(crowd.peers)
        .allSatisfy(peer -> assertThat(peer.running().peers()).allMatch(PeerState::toldAll));
  }

  private static final class Crowd {
    private final Random random;
    private final World world;
    private final List<TestPeer> peers = new ArrayList<>();
    private final List<World.Inhabitant> inhabitants = new ArrayList<>();
    private final List<World.Link> links = new ArrayList<>();
    private int logs;

    Crowd(int seed) {
      random = new Random(seed);
      world = new World(seed);
      for (int i = 0; i < PEERS; i++) {
        TestPeer peer = new TestPeer(1 + i).introducing();
        peers.add(peer);
        inhabitants.add(world.start(peer));
        if (random.nextInt(4) == 0) {
          inhabitants.get(i).slowDown();
        }
      }
    }

    void step() {
      TestPeer peer = peers.get(random.nextInt(PEERS));
      switch (random.nextInt(12)) {
        case 0 -> connect(random.nextInt(PEERS), random.nextInt(PEERS));
        case 1 -> disconnect();
        case 2 -> peer.append("more");
        case 3 -> create(peer);
        default -> world.step();
      }
    }

    private void create(TestPeer peer) {
      Log log = peer.create("log " + logs++);
      for (int blocks = random.nextInt(3); blocks > 0; blocks--) {
        peer.append(log, "block");
      }
    }

    private void connect(int from, int to) {
      if (from != to) {
        links.add(world.connect(inhabitants.get(from), inhabitants.get(to)));
      }
    }

    private void disconnect() {
      if (!links.isEmpty()) {
        Connection one = links.remove(random.nextInt(links.size())).dialling.connection;
        if (one != null) {
          one.end(Connection.End.LEFT, "on purpose", world.nowNanos);
        }
      }
    }

    /** Makes a tree of connections, of any shape. */
    void bringTogether() {
      while (!links.isEmpty()) {
        disconnect();
      }
      world.settle();
      for (int i = 1; i < PEERS; i++) {
        connect(i, random.nextInt(i));
        world.settle(); // not more handshakes at a time than are allowed
      }
    }

    /** Returns how much a peer has of each log of which it has something. */
    Map<Key, Long> lengths(int peer) {
      Map<Key, Long> lengths = new TreeMap<>();
      for (Log log : peers.get(peer).logs()) {
        if (log.length() > 0) {
          lengths.put(log.key(), log.contiguousLength());
        }
      }
      return lengths;
    }
  }
}
