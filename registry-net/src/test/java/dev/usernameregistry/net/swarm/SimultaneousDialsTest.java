package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.swarm.Air.Node;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Peers that dial one another at the same time end with one connection, the same at both ends. */
class SimultaneousDialsTest {
  private static final Key TOPIC = Scene.TOPIC;

  @Test
  void connectionOfTheLargerKeySurvivesAtBothEndsWhenTwoDialEachOther() {
    int crossed = 0;
    for (long seed = 0; seed < 10_000; seed++) {
      Air air = new Air(seed);
      Node a = air.add(SwarmOptions.DEFAULT);
      Node b = air.add(SwarmOptions.DEFAULT);
      a.swarm.joinPeer(b.key, air.nowNanos);
      air.after(air.random.nextLong(150_000_000), () -> b.swarm.joinPeer(a.key, air.nowNanos));

      air.run(Duration.ofSeconds(4));

      assertOneConnection(a, b, seed);
      if (dialled(a) > 0 && dialled(b) > 0) {
        crossed++;
        AirEnd end = a.openTo(b).get(0);
        assertThat(end.initiator).as("seed %d", seed).isEqualTo(a.key.compareTo(b.key) > 0);
      }
    }
    assertThat(crossed).as("seeds in which both dialled").isGreaterThan(5_000);
  }

  @Test
  void sameConnectionSurvivesWhenBothFindEachOtherOnATopic() {
    for (long seed = 0; seed < 3_000; seed++) {
      Air air = new Air(seed);
      Node a = air.add(SwarmOptions.DEFAULT);
      Node b = air.add(SwarmOptions.DEFAULT);
      joinSoon(air, a);
      joinSoon(air, b);

      air.run(Duration.ofSeconds(10));

      assertOneConnection(a, b, seed);
    }
  }

  /** Here the connection would be in use before a late handshake, if it were opened at once. */
  @Test
  void endsThatTalkAtOnceKeepTheSameConnection() {
    for (long seed = 0; seed < 3_000; seed++) {
      Air air = new Air(seed);
      air.talkative = true;
      Node a = air.add(SwarmOptions.DEFAULT);
      Node b = air.add(SwarmOptions.DEFAULT);
      joinSoon(air, a);
      joinSoon(air, b);

      air.run(Duration.ofSeconds(10));

      assertOneConnection(a, b, seed);
    }
  }

  /**
   * Handshakes that take longer than anybody waits for them; so both ends may lose what they had.
   */
  @Test
  void endsThatHearOfEachOtherLateFindTogetherAgain() {
    for (long seed = 0; seed < 1_000; seed++) {
      Air air = new Air(seed);
      air.talkative = true;
      air.latencyMax = Duration.ofSeconds(5);
      Node a = air.add(SwarmOptions.DEFAULT);
      Node b = air.add(SwarmOptions.DEFAULT);
      joinSoon(air, a);
      joinSoon(air, b);

      air.run(Duration.ofMinutes(3));

      assertOneConnection(a, b, seed);
    }
  }

  @Test
  void peerThatCrashedAndCameBackIsConnectedAgain() {
    for (long seed = 0; seed < 1_000; seed++) {
      Air air = new Air(seed);
      air.talkative = air.random.nextBoolean();
      Node a = air.add(SwarmOptions.DEFAULT);
      Node b = air.add(SwarmOptions.DEFAULT);
      joinSoon(air, a);
      joinSoon(air, b);
      air.run(Duration.ofMillis(air.random.nextInt(10_000)));

      b.crash(SwarmOptions.DEFAULT);
      joinSoon(air, b);
      air.run(Duration.ofSeconds(75));

      assertOneConnection(a, b, seed);
    }
  }

  @Test
  void manyPeersOnOneTopicAreAllConnectedOnce() {
    for (long seed = 0; seed < 50; seed++) {
      Air air = new Air(seed);
      air.talkative = air.random.nextBoolean();
      for (int i = 0; i < 10; i++) {
        joinSoon(air, air.add(SwarmOptions.DEFAULT));
      }

      air.run(Duration.ofSeconds(90));

      for (Node one : air.nodes) {
        for (Node other : air.nodes) {
          if (one != other) {
            assertOneConnection(one, other, seed);
          }
        }
        assertThat(one.open()).hasSize(9);
      }
    }
  }

  @Test
  void destroyedSwarmsLeaveNothingBehind() {
    for (long seed = 0; seed < 500; seed++) {
      Air air = new Air(seed);
      air.talkative = air.random.nextBoolean();
      for (int i = 0; i < 4; i++) {
        joinSoon(air, air.add(SwarmOptions.DEFAULT));
      }
      air.run(Duration.ofMillis(air.random.nextInt(2_000)));
      Ended ended = new Ended();
      for (Node node : air.nodes) {
        node.swarm.destroy(false, ended, air.nowNanos);
      }
      air.run(Duration.ofSeconds(30));

      assertThat(ended.count).isEqualTo(4);
      for (Node node : air.nodes) {
        assertThat(node.ends).as("seed %d", seed).isEmpty();
        assertThat(air.isAnnouncedAnywhere(node.key)).as("seed %d", seed).isFalse();
        assertThat(node.swarm.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(node.swarm.statistics().peers().known()).isZero();
      }
    }
  }

  private static void joinSoon(Air air, Node node) {
    air.after(
        air.random.nextLong(300_000_000),
        () -> {
          if (!node.swarm.isDestroyed()) {
            node.swarm.join(TOPIC, JoinOptions.DEFAULT, air.nowNanos);
          }
        });
  }

  private static long dialled(Node node) {
    return node.swarm.statistics().totals().dialled();
  }

  private static void assertOneConnection(Node a, Node b, long seed) {
    List<AirEnd> here = a.openTo(b);
    List<AirEnd> there = b.openTo(a);
    assertThat(here).as("seed %d", seed).hasSize(1);
    assertThat(there).as("seed %d", seed).hasSize(1);
    assertThat(here.get(0).isOtherEndOf(there.get(0))).as("seed %d", seed).isTrue();
  }
}
