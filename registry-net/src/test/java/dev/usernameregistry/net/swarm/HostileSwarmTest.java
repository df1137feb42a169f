package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What strangers can do to a swarm is bounded. */
class HostileSwarmTest {

  @Test
  void lookupThatFindsAMillionPeersIsCutShort() {
    Scene scene = new Scene();
    scene.join(JoinOptions.CLIENT);
    for (int i = 0; i < 1_000_000; i++) {
      scene.lastRound().found(Scene.manyKey(i), Scene.RELAY);
    }
    assertThat(scene.swarm.statistics().peers().known()).isEqualTo(Topic.FOUND_MAX);
    assertThat(scene.runningDials()).hasSize(3);
  }

  @Test
  void peersOfManyRoundsAreCappedAndNewOnesTakeThePlaceOfOthers() {
    Scene scene = new Scene();
    scene.join(JoinOptions.CLIENT);
    Key friend = Scene.key(1);
    for (int i = 0; i < 200_000; i++) {
      scene.lastRound().found(Scene.manyKey(i));
      if (i % Topic.FOUND_MAX == Topic.FOUND_MAX - 1) {
        scene.lastRound().done(Scene.NODE);
        scene.join(JoinOptions.CLIENT);
      }
    }
    assertThat(scene.swarm.statistics().peers().known()).isEqualTo(Peers.PEERS_MAX);

    scene.lastRound().done(Scene.NODE);
    scene.join(JoinOptions.CLIENT);
    scene.lastRound().found(friend);
    assertThat(scene.swarm.statistics().peers().known()).isEqualTo(Peers.PEERS_MAX);
    for (int i = 0; !scene.isDialling(friend) && i < Peers.PEERS_MAX; i++) {
      scene.runningDials().get(0).fail();
      scene.dials.removeIf(dial -> !dial.isRunning());
    }
    assertThat(scene.isDialling(friend)).isTrue();
  }

  @Test
  void flushEndsThoughPeersItWaitsForAreForgotten() {
    Scene scene = new Scene();
    scene.join(JoinOptions.CLIENT);
    Ended flushed = new Ended();
    for (int i = 0; i < 20 * Topic.FOUND_MAX; i++) {
      scene.lastRound().found(Scene.manyKey(i));
      if (i % Topic.FOUND_MAX == Topic.FOUND_MAX - 1) {
        scene.lastRound().done(Scene.NODE);
        if (i < Topic.FOUND_MAX) {
          scene.swarm.flush(flushed, scene.nowNanos);
        }
        scene.join(JoinOptions.CLIENT);
      }
    }
    for (int i = 0; flushed.count == 0 && i < 2 * Peers.PEERS_MAX; i++) {
      scene.runningDials().get(0).fail();
      scene.dials.removeIf(dial -> !dial.isRunning());
    }
    assertThat(flushed.isComplete()).isTrue();
  }

  @Test
  void peersThatAllFailAreForgottenAfterAWhile() {
    Scene scene = new Scene();
    scene.onDial =
        dial -> {
          scene.dials.clear();
          dial.fail(false);
        };
    scene.join(JoinOptions.CLIENT);
    for (int i = 0; i < Topic.FOUND_MAX; i++) {
      scene.lastRound().found(Scene.manyKey(i));
    }
    assertThat(scene.swarm.statistics().peers().waiting()).isEqualTo(Topic.FOUND_MAX);
    scene.advance(Duration.ofMinutes(2));
    assertThat(scene.swarm.statistics().peers().known()).isZero();
  }

  @Test
  void peersThatNobodyHasAreNotDialledAgainBeforeThoseThatWereNotDialledYet() {
    Scene scene = new Scene();
    scene.join(JoinOptions.CLIENT);
    int count = 60;
    for (int i = 0; i < count; i++) {
      scene.lastRound().found(Scene.manyKey(i));
    }
    Set<Key> dialled = new HashSet<>();
    int dials = 0;
    while (dialled.size() < count && dials < 1000) {
      scene.advance(Duration.ofSeconds(15));
      for (Scene.TestDial dial : scene.runningDials()) {
        dials++;
        dialled.add(dial.key);
        dial.fail();
      }
    }
    assertThat(dials).isEqualTo(count);
  }

  /** They wait to be dialled again behind all others, and so could take up all the room. */
  @Test
  void peersThatNobodyHasDoNotKeepOutWhoeverIsFoundLater() {
    Scene scene = new Scene();
    scene.join(JoinOptions.CLIENT);
    for (int i = 0; i < Peers.PEERS_MAX; i++) {
      scene.lastRound().found(Scene.manyKey(i));
      if (i % Topic.FOUND_MAX == Topic.FOUND_MAX - 1) {
        scene.lastRound().done(Scene.NODE);
        scene.join(JoinOptions.CLIENT);
      }
    }
    for (int i = 0; i < Peers.PEERS_MAX; i++) {
      scene.runningDials().get(0).fail();
      scene.dials.removeIf(dial -> !dial.isRunning());
    }
    scene.advance(Duration.ofSeconds(7));
    Key friend = Scene.key(1);
    scene.lastRound().found(friend);
    assertThat(scene.swarm.statistics().peers().known()).isEqualTo(Peers.PEERS_MAX);
    scene.runningDials().get(0).fail();
    assertThat(scene.isDialling(friend)).isTrue();
  }

  @Test
  void relayAddressesAndNodesAreCapped() {
    Scene scene = new Scene();
    Ipv4Address[] many = Collections.nCopies(10_000, Scene.RELAY).toArray(new Ipv4Address[0]);
    scene.join(JoinOptions.SERVER);
    scene.lastRound().done(many);
    scene.join(JoinOptions.DEFAULT);
    assertThat(scene.lastRound().startNodes).hasSizeLessThanOrEqualTo(Topic.NODES_MAX);
    scene.lastRound().found(Scene.key(1), many);
    assertThat(scene.lastDial().relays).hasSize(Peer.RELAY_ADDRESSES_MAX);
  }

  @Test
  void peerThatConnectsAgainAndAgainLeavesNothing() {
    Scene scene = new Scene();
    for (int i = 0; i < 100_000; i++) {
      scene.accept(Scene.manyKey(i)).close();
      scene.links.clear();
    }
    assertThat(scene.swarm.statistics().peers().known()).isZero();
    assertThat(scene.hasTimer()).isFalse();
  }
}
