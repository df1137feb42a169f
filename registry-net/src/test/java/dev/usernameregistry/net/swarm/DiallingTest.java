package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.swarm.Scene.TestDial;
import dev.usernameregistry.net.swarm.Scene.TestLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiallingTest {
  private static final Key A = Scene.key(1);
  private static final Key B = Scene.key(2);
  private static final Key C = Scene.key(3);
  private static final Key D = Scene.key(4);

  @Test
  void foundPeersAreDialledThreeAtATimeWithTheirRelays() {
    Scene scene = new Scene();
    scene.join(JoinOptions.CLIENT);
    scene.lastRound().found(A, Scene.RELAY);
    scene.lastRound().found(B);
    scene.lastRound().found(C);
    scene.lastRound().found(D);
    assertThat(scene.dials).extracting(dial -> dial.key).containsExactly(A, B, C);
    assertThat(scene.dials.get(0).relays).containsExactly(Scene.RELAY);

    scene.dialOf(B).connect();
    assertThat(scene.lastDial().key).isEqualTo(D);
    assertThat(scene.swarm.statistics().connections())
        .isEqualTo(new SwarmStatistics.Connections(3, 1, 0));
  }

  /** Who was killed stays announced, and to dial one of them takes eight seconds. */
  @Test
  void aFewPeersThatAreGoneDoNotKeepANewcomerFromTheOthers() {
    Scene scene = new Scene(SwarmOptions.DEFAULT, Firewall.OPEN, 1);
    scene.join(JoinOptions.CLIENT);
    IntStream.range(0, 15).mapToObj(Scene::manyKey).forEach(scene.lastRound()::found);
    scene.lastRound().found(A);
    assertThat(scene.isDialling(A)).isTrue();
  }

  @Test
  void weAreNotDialledByOurselves() {
    Scene scene = new Scene();
    scene.find(Scene.OWN);
    scene.swarm.joinPeer(Scene.OWN, scene.nowNanos);
    assertThat(scene.dials).isEmpty();
    assertThat(scene.swarm.statistics().peers().known()).isZero();
  }

  @Test
  void newestRelayAddressesAreUsed() {
    Scene scene = new Scene();
    Ipv4Address newer = new Ipv4Address(9, 9);
    scene.join(JoinOptions.CLIENT);
    scene.lastRound().found(A, Scene.RELAY);
    scene.lastRound().found(A, newer);
    scene.lastDial().fail();
    scene.advance(Duration.ofSeconds(7));
    assertThat(scene.lastDial().relays).containsExactly(newer);
  }

  @Test
  void peerFoundOnTwoTopicsIsDialledOnceForBoth() {
    Scene scene = new Scene();
    scene.find(A);
    scene.swarm.join(Scene.OTHER_TOPIC, JoinOptions.CLIENT, scene.nowNanos);
    scene.lastRound().found(A);
    assertThat(scene.dials).hasSize(1);
    scene.swarm.leave(Scene.TOPIC, new Ended(), scene.nowNanos);
    scene.lastDial().fail();
    scene.advance(Duration.ofSeconds(7));
    assertThat(scene.isDialling(A)).as("for the topic that is left").isTrue();
    scene.swarm.leave(Scene.OTHER_TOPIC, new Ended(), scene.nowNanos);
    scene.lastDial().fail();
    assertThat(scene.hasTimer()).isFalse();
  }

  /** The retry table: attempts so far, whether connected then, and the wait in milliseconds. */
  @ParameterizedTest
  @CsvSource({
    "1, true,  1000, 2000",
    "1, false, 5000, 6500",
    "2, true,  5000, 6500",
    "2, false, 15000, 17500",
    "3, true,  15000, 17500",
    "3, false, 15000, 17500"
  })
  void lostPeerIsDialledAgainAfterAWhile(int attempts, boolean proven, long least, long most) {
    Set<Duration> waits = new HashSet<>();
    for (long seed = 0; seed < 50; seed++) {
      Scene scene = new Scene(Scene.THREE_DIALS, Firewall.OPEN, seed);
      scene.find(A);
      for (int i = 1; i <= attempts; i++) {
        if (proven) {
          scene.dialOf(A).connect().close();
        } else {
          scene.dialOf(A).fail();
        }
        if (i < attempts) {
          scene.advance(Duration.ofSeconds(18));
        }
      }
      waits.add(scene.untilTimeout());
      int dials = scene.dials.size();
      scene.advance(Duration.ofMillis(least - 1));
      assertThat(scene.dials).hasSize(dials);
      scene.advance(Duration.ofMillis(most - least + 1));
      assertThat(scene.dials).hasSize(dials + 1);
    }
    assertThat(waits).as("jitter").hasSizeGreaterThan(40);
  }

  @Test
  void peerIsGivenUpAfterFourAttemptsUntilItIsFoundAgain() {
    Scene scene = new Scene();
    scene.find(A);
    for (int i = 1; i <= 4; i++) {
      assertThat(scene.dials).hasSize(i);
      scene.dialOf(A).fail();
      scene.advance(Duration.ofSeconds(18));
    }
    assertThat(scene.dials).hasSize(4);
    assertThat(scene.swarm.statistics().peers()).isEqualTo(new SwarmStatistics.Peers(0, 0, 0, 0));

    scene.find(A);
    assertThat(scene.dials).hasSize(5);
  }

  @Test
  void connectionOfFifteenSecondsMakesEarlierAttemptsForgotten() {
    Scene scene = new Scene();
    scene.find(A);
    for (int i = 0; i < 10; i++) {
      TestLink link = scene.dialOf(A).connect();
      scene.advance(Duration.ofSeconds(15));
      link.close();
      assertThat(scene.untilTimeout()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
      scene.advance(Duration.ofSeconds(2));
    }
  }

  @Test
  void waitingPeerThatIsFoundAgainIsDialledAtOnce() {
    Scene scene = new Scene();
    scene.find(A);
    scene.lastDial().fail();
    scene.find(A);
    assertThat(scene.dials).hasSize(2);
    assertThat(scene.swarm.statistics().peers().waiting()).isZero();
  }

  @Test
  void peerThatDialledUsIsNotDialledWhenItLeaves() {
    Scene scene = new Scene();
    scene.join(JoinOptions.DEFAULT);
    scene.lastRound().done(Scene.NODE);
    TestLink link = scene.accept(A);
    scene.advance(Duration.ofMinutes(1));
    scene.lastRound().done(Scene.NODE);
    link.close();
    scene.advance(Duration.ofMinutes(1));
    assertThat(scene.dials).isEmpty();
    assertThat(scene.swarm.statistics().peers().known()).isZero();
  }

  @Test
  void lostPeersComeBeforeNewOnesAndHopelessOnesLast() {
    for (long seed = 0; seed < 20; seed++) {
      Scene scene = new Scene(Scene.THREE_DIALS, Firewall.OPEN, seed);
      loseThriceTwiceAndOnce(scene, D, C, B);
      TestDial[] blocking = block(scene);
      scene.advance(Duration.ofSeconds(18));
      scene.find(A);

      List<Key> order = new ArrayList<>();
      for (TestDial other : blocking) {
        other.connect();
        order.add(scene.lastDial().key);
      }
      scene.lastDial().connect();
      order.add(scene.lastDial().key);

      assertThat(order).as("seed %d", seed).containsExactly(B, C, A, D);
    }
  }

  private static void loseThriceTwiceAndOnce(Scene scene, Key thrice, Key twice, Key once) {
    scene.find(thrice);
    scene.dialOf(thrice).connect().close();
    scene.advance(Duration.ofSeconds(7));
    scene.dialOf(thrice).connect().close();
    scene.find(twice);
    scene.dialOf(twice).connect().close();
    scene.advance(Duration.ofSeconds(18));
    scene.dialOf(thrice).connect().close();
    scene.dialOf(twice).connect().close();
    scene.find(once);
    scene.dialOf(once).connect().close();
  }

  /** Uses up all dials with peers that nobody else has. */
  private static TestDial[] block(Scene scene) {
    Key[] keys = {Scene.key(11), Scene.key(12), Scene.key(13)};
    scene.find(keys);
    return new TestDial[] {scene.dialOf(keys[0]), scene.dialOf(keys[1]), scene.dialOf(keys[2])};
  }

  @Test
  void orderAmongNewPeersIsRandom() {
    Set<Key> first = new HashSet<>();
    for (long seed = 0; seed < 60; seed++) {
      Scene scene = new Scene(Scene.THREE_DIALS, Firewall.OPEN, seed);
      TestDial[] blocking = block(scene);
      scene.find(A, B, C, D);
      blocking[0].connect();
      first.add(scene.lastDial().key);
    }
    assertThat(first).containsExactlyInAnyOrder(A, B, C, D);
  }

  @Test
  void noMoreThanMaximumConnectionsAreDialledButAllAreTakenIn() {
    Scene scene = new Scene(Scene.limits(4, 256), Firewall.OPEN, 1);
    scene.find(keys(20));
    for (int i = 0; i < 4; i++) {
      scene.runningDials().get(0).connect();
    }
    assertThat(scene.runningDials()).isEmpty();
    for (Key key : keys(40)) {
      if (!scene.swarm.refuses(key)) {
        scene.accept(key);
      }
    }
    assertThat(scene.links.stream().filter(TestLink::isOpen)).hasSize(40);

    List.copyOf(scene.links).forEach(TestLink::close);
    scene.advance(Duration.ofSeconds(2));
    assertThat(scene.runningDials()).as("of the four that we had dialled").hasSize(3);
  }

  @Test
  void connectionsThatPeersDialledAreCapped() {
    Scene scene = new Scene(Scene.limits(64, 3), Firewall.OPEN, 1);
    for (Key key : keys(3)) {
      assertThat(scene.swarm.refuses(key)).isFalse();
      scene.accept(key);
    }
    assertThat(scene.swarm.refuses(Scene.key(77))).isTrue();
    assertThat(scene.swarm.refuses(keys(1)[0])).as("may replace its own").isFalse();
    TestLink late = scene.accept(Scene.key(77));
    assertThat(late.destroyed).isEqualTo(Link.Reason.REFUSED);
    scene.links.get(0).close();
    assertThat(scene.swarm.refuses(Scene.key(77))).as("was not banned").isFalse();
  }

  /** With explicit peers each connection counts twice, three or four times. */
  @ParameterizedTest
  @CsvSource({"0, 12", "1, 6", "2, 4", "3, 4", "4, 3", "9, 3"})
  void explicitPeersLeaveLessRoomForOthers(int explicit, int connections) {
    Scene scene = new Scene(Scene.limits(12, 256), Firewall.OPEN, 1);
    for (int i = 0; i < explicit; i++) {
      scene.swarm.joinPeer(Scene.key(150 + i), scene.nowNanos);
      scene.swarm.ban(Scene.key(150 + i), scene.nowNanos);
    }
    scene.find(keys(20));
    while (!scene.runningDials().isEmpty()) {
      scene.runningDials().get(0).connect();
    }
    assertThat(scene.links).hasSize(connections);
  }

  @Test
  void explicitPeerIsDialledThoughThereAreTooManyConnections() {
    Scene scene = new Scene(Scene.limits(2, 256), Firewall.OPEN, 1);
    scene.find(A, B);
    scene.dialOf(A).connect();
    scene.dialOf(B).connect();
    scene.swarm.joinPeer(C, scene.nowNanos);
    assertThat(scene.isDialling(C)).isTrue();
  }

  @Test
  void explicitPeerIsDialledForEverUntilItIsLeft() {
    Scene scene = new Scene();
    scene.swarm.joinPeer(A, scene.nowNanos);
    for (int i = 0; i < 30; i++) {
      scene.dialOf(A).fail();
      scene.advance(Duration.ofMinutes(13));
      assertThat(scene.isDialling(A)).isTrue();
    }
    scene.swarm.leavePeer(A, scene.nowNanos);
    scene.dialOf(A).fail();
    assertThat(scene.hasTimer()).isFalse();
    assertThat(scene.swarm.statistics().peers().known()).isZero();
  }

  @Test
  void leavingAPeerKeepsItsConnectionButForgetsItAfterwards() {
    Scene scene = new Scene();
    scene.swarm.joinPeer(A, scene.nowNanos);
    TestLink link = scene.dialOf(A).connect();
    scene.swarm.leavePeer(A, scene.nowNanos);
    assertThat(link.isOpen()).isTrue();
    link.close();
    assertThat(scene.hasTimer()).isFalse();
    assertThat(scene.swarm.statistics().peers().known()).isZero();
  }

  @Test
  void relayIsForcedOnceNoHoleCouldBePunched() {
    Scene scene = new Scene();
    scene.hasRelay = true;
    scene.find(A);
    scene.lastDial().fail();
    scene.advance(Duration.ofSeconds(7));
    scene.lastDial().fail(true);
    assertThat(scene.untilTimeout())
        .as("as after the first attempt")
        .isBetween(Duration.ofSeconds(5), Duration.ofMillis(6_500));
    scene.advance(Duration.ofMillis(6_500));
    assertThat(scene.lastDial().forced).isTrue();
    int dials = scene.dials.size();
    for (int i = 0; i < 10 && scene.isDialling(A); i++) {
      scene.lastDial().fail(true);
      scene.advance(Duration.ofSeconds(18));
    }
    assertThat(scene.dials).as("given up in the end").hasSizeLessThan(dials + 4);
  }

  @Test
  void withoutARelayNoneIsForced() {
    Scene scene = new Scene();
    scene.find(A);
    scene.lastDial().fail(true);
    scene.advance(Duration.ofSeconds(7));
    assertThat(scene.lastDial().forced).isFalse();
  }

  @Test
  void peersOfATopicThatWasLeftAreNotDialledAnyMore() {
    Scene scene = new Scene();
    scene.find(keys(10));
    scene.dials.get(0).fail();
    scene.swarm.leave(Scene.TOPIC, new Ended(), scene.nowNanos);
    assertThat(scene.runningDials()).hasSize(3);
    scene.runningDials().get(0).fail();
    TestLink link = scene.runningDials().get(0).connect();
    scene.runningDials().get(0).fail();
    assertThat(link.isOpen()).isTrue();
    link.close();
    assertThat(scene.runningDials()).isEmpty();
    assertThat(scene.hasTimer()).isFalse();
    assertThat(scene.swarm.statistics().peers().known()).isZero();
  }

  private static Key[] keys(int count) {
    Key[] keys = new Key[count];
    for (int i = 0; i < count; i++) {
      keys[i] = Scene.key(1 + i);
    }
    return keys;
  }

  /** After five failures it waits ten minutes, which pass while its own connection is open. */
  @Test
  void namedPeerIsDialledAgainAfterItsOwnConnectionHoweverOftenItFailedBefore() {
    Scene scene = new Scene();
    scene.swarm.joinPeer(A, scene.nowNanos);
    for (int failed = 1; failed < 5; failed++) {
      scene.lastDial().fail();
      scene.advance(Duration.ofSeconds(failed));
    }
    scene.lastDial().fail();
    TestLink theirs = scene.accept(A);
    theirs.hasTraffic = true;
    scene.advance(Duration.ofMinutes(20));
    assertThat(scene.dials).hasSize(5);

    theirs.close();
    scene.advance(Duration.ofMinutes(20));

    assertThat(scene.isDialling(A)).isTrue();
  }
}
