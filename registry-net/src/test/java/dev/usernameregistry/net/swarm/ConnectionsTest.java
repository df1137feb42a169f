package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.swarm.Link.Reason;
import dev.usernameregistry.net.swarm.Scene.TestDial;
import dev.usernameregistry.net.swarm.Scene.TestLink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private static final Key SMALLER = Scene.key(50);
  private static final Key LARGER = Scene.key(150);

  private final Scene scene = new Scene();

  @Test
  void incomingConnectionOfALargerKeyIsOpenedOnceOurDialIsWithdrawn() {
    scene.find(LARGER);
    TestDial dial = scene.lastDial();
    TestLink link = scene.accept(LARGER);
    assertThat(dial.withdrawn).isTrue();
    assertThat(link.opened).isFalse();
    dial.fail();
    assertThat(link.opened).isTrue();
    assertThat(scene.swarm.statistics().connections())
        .isEqualTo(new SwarmStatistics.Connections(0, 0, 1));
  }

  @Test
  void withdrawnDialOfAPeerWhoseConnectionIsGoneIsTriedAgainLater() {
    scene.find(LARGER);
    TestDial dial = scene.lastDial();
    TestLink link = scene.accept(LARGER);
    link.close();
    dial.fail();
    assertThat(link.opened).isFalse();
    assertThat(scene.swarm.statistics().connections())
        .isEqualTo(new SwarmStatistics.Connections(0, 0, 0));
    scene.advance(Duration.ofSeconds(7));
    assertThat(scene.dials).hasSize(2);
  }

  @Test
  void connectionThatWaitsForAWithdrawnDialIsRefusedWhenTheSwarmGoesToSleep() {
    scene.find(LARGER);
    TestDial dial = scene.lastDial();
    TestLink link = scene.accept(LARGER);
    Ended ended = new Ended();
    scene.swarm.suspend(ended, scene.nowNanos);
    assertThat(dial.aborted).isTrue();
    assertThat(link.destroyed).isEqualTo(Reason.SUSPENDED);
    assertThat(ended.isComplete()).isTrue();
  }

  @Test
  void connectionThatWaitsForAWithdrawnDialIsRefusedWhenThePeerIsBanned() {
    scene.find(LARGER);
    TestDial dial = scene.lastDial();
    TestLink link = scene.accept(LARGER);
    scene.swarm.ban(LARGER, scene.nowNanos);
    assertThat(dial.aborted).isTrue();
    assertThat(link.destroyed).isEqualTo(Reason.REFUSED);
  }

  @Test
  void connectionsThatWaitForAWithdrawnDialMeetTheRuleOneAfterTheOther() {
    scene.find(LARGER);
    TestDial dial = scene.lastDial();
    TestLink first = scene.accept(LARGER);
    TestLink second = scene.accept(LARGER);
    dial.fail();
    assertThat(first.destroyed).isEqualTo(Reason.DUPLICATE);
    assertThat(second.isOpen()).isTrue();
  }

  @Test
  void dialThatWasGivenUpButConnectsAllTheSameIsDestroyed() {
    scene.find(LARGER);
    TestDial dial = scene.lastDial();
    TestLink kept = scene.accept(LARGER);
    TestLink late = dial.connect();
    assertThat(late.destroyed).isEqualTo(Reason.DUPLICATE);
    assertThat(late.opened).isFalse();
    assertThat(kept.isOpen()).isTrue();
  }

  @Test
  void incomingConnectionOfASmallerKeyLosesAgainstOurDial() {
    scene.find(SMALLER);
    TestLink link = scene.accept(SMALLER);
    assertThat(link.destroyed).isEqualTo(Reason.DUPLICATE);
    assertThat(scene.isDialling(SMALLER)).isTrue();
    assertThat(scene.swarm.statistics().totals().duplicates()).isEqualTo(1);
  }

  @Test
  void newConnectionIsOpenedOnlyWhenTheOldOneHasClosed() {
    scene.closingIsSlow = true;
    TestLink old = scene.accept(LARGER);
    TestLink next = scene.accept(LARGER);
    assertThat(old.destroyed).isEqualTo(Reason.DUPLICATE);
    assertThat(next.opened).isFalse();
    old.close();
    assertThat(next.isOpen()).isTrue();
  }

  @Test
  void newConnectionThatClosesWhileItWaitsIsNeverOpened() {
    scene.closingIsSlow = true;
    TestLink old = scene.accept(LARGER);
    TestLink next = scene.accept(LARGER);
    next.close();
    old.close();
    assertThat(next.opened).isFalse();
    assertThat(scene.swarm.statistics().connections().incoming()).isZero();
  }

  @Test
  void connectionThatWasUsedIsReplacedWhoeverDialled() {
    scene.find(SMALLER);
    TestLink old = scene.lastDial().connect();
    old.hasTraffic = true;
    TestLink next = scene.accept(SMALLER);
    assertThat(old.destroyed).isEqualTo(Reason.DUPLICATE);
    assertThat(next.isOpen()).isTrue();
  }

  @Test
  void connectionsThatWaitMeetTheRuleAgainOneAfterTheOther() {
    scene.closingIsSlow = true;
    TestLink old = scene.accept(LARGER);
    TestLink second = scene.accept(LARGER);
    TestLink third = scene.accept(LARGER);
    old.close();
    assertThat(second.destroyed).isEqualTo(Reason.DUPLICATE);
    assertThat(third.opened).isFalse();
    second.close();
    assertThat(third.isOpen()).isTrue();
  }

  @Test
  void connectionsThatWaitAreCapped() {
    scene.closingIsSlow = true;
    scene.accept(LARGER);
    for (int i = 0; i < 100; i++) {
      scene.accept(LARGER);
    }
    assertThat(scene.links.stream().filter(link -> link.destroyed == null))
        .hasSize(Connections.SUCCESSORS_MAX);
  }

  @Test
  void lostDialIsRetriedOnceTheOtherConnectionTurnsOutToBeDead() {
    scene.find(LARGER);
    TestLink link = scene.accept(LARGER);
    scene.lastDial().fail();
    scene.advance(Duration.ofSeconds(30));
    assertThat(scene.dials).hasSize(1);
    link.close();
    scene.advance(Duration.ofSeconds(7));
    assertThat(scene.dials).hasSize(2);
  }

  @Test
  void lostDialIsForgottenOnceTheOtherConnectionIsUsed() {
    scene.find(LARGER);
    TestLink link = scene.accept(LARGER);
    scene.lastDial().fail();
    link.hasTraffic = true;
    scene.advance(Duration.ofSeconds(30));
    assertThat(scene.swarm.statistics().peers().waiting()).isZero();
    link.close();
    scene.advance(Duration.ofSeconds(30));
    assertThat(scene.dials).hasSize(1);
  }

  @Test
  void bannedPeerIsNeitherDialledNorTakenIn() {
    scene.find(Scene.key(1), Scene.key(2), Scene.key(3), LARGER, SMALLER);
    scene.swarm.ban(LARGER, scene.nowNanos);
    assertThat(scene.swarm.refuses(LARGER)).isTrue();
    assertThat(scene.swarm.refuses(SMALLER)).isFalse();
    assertThat(scene.accept(LARGER).destroyed).isEqualTo(Reason.REFUSED);
    scene.dials.get(0).connect();
    scene.dials.get(1).connect();
    assertThat(scene.dials).hasSize(4);
    assertThat(scene.lastDial().key).isEqualTo(SMALLER);
    scene.find(LARGER);
    assertThat(scene.isDialling(LARGER)).isFalse();
  }

  @Test
  void banGivesUpADialButLeavesAConnectionToTheApplication() {
    scene.find(LARGER, SMALLER);
    TestLink link = scene.dialOf(SMALLER).connect();
    scene.swarm.ban(SMALLER, scene.nowNanos);
    scene.swarm.ban(LARGER, scene.nowNanos);
    assertThat(scene.dials.stream().filter(dial -> dial.key.equals(LARGER)))
        .allMatch(dial -> dial.aborted);
    assertThat(link.isOpen()).isTrue();
    link.close();
    assertThat(scene.swarm.statistics().peers()).isEqualTo(new SwarmStatistics.Peers(0, 0, 0, 2));
  }

  @Test
  void bannedPeerIsNotDialledThoughItWasNamed() {
    scene.swarm.joinPeer(LARGER, scene.nowNanos);
    scene.swarm.ban(LARGER, scene.nowNanos);
    scene.advance(Duration.ofMinutes(30));
    assertThat(scene.runningDials()).isEmpty();
  }

  @Test
  void firewallIsAskedBeforeDialsAndHandshakesAndBansWhomItRejects() {
    List<Key> asked = new ArrayList<>();
    Set<Key> rejected = new HashSet<>(Set.of(LARGER));
    Scene guarded =
        new Scene(
            Scene.THREE_DIALS,
            key -> {
              asked.add(key);
              return rejected.contains(key);
            },
            1);
    guarded.find(LARGER, SMALLER);
    assertThat(asked).containsExactly(LARGER, SMALLER);
    assertThat(guarded.dials).extracting(dial -> dial.key).containsExactly(SMALLER);
    rejected.clear();
    assertThat(guarded.swarm.refuses(LARGER)).as("banned by now").isTrue();
    assertThat(asked).hasSize(2);
  }

  @Test
  void ownKeyIsRefused() {
    assertThat(scene.swarm.refuses(Scene.OWN)).isTrue();
    assertThat(scene.accept(Scene.OWN).destroyed).isEqualTo(Reason.REFUSED);
  }

  @Test
  void bannedKeysAreCappedAndStrangersCannotPushThemOut() {
    Set<Key> friends = Set.of(SMALLER);
    Scene guarded = new Scene(Scene.THREE_DIALS, key -> !friends.contains(key), 1);
    guarded.swarm.ban(SMALLER, guarded.nowNanos);
    for (int i = 0; i < 100_000; i++) {
      guarded.swarm.refuses(Scene.manyKey(i));
    }
    assertThat(guarded.swarm.refuses(SMALLER)).isTrue();
    assertThat(guarded.swarm.statistics().peers().banned()).isEqualTo(Bans.REJECTED_MAX + 1);

    for (int i = 0; i < 100_000; i++) {
      guarded.swarm.ban(Scene.manyKey(i), guarded.nowNanos);
    }
    assertThat(guarded.swarm.statistics().peers().banned())
        .isLessThanOrEqualTo(Bans.REJECTED_MAX + Bans.BANNED_MAX);
    assertThat(guarded.swarm.statistics().peers().known()).isZero();
  }
}
