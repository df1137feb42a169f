package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.swarm.Discovery.Purpose;
import dev.usernameregistry.net.swarm.Link.Reason;
import dev.usernameregistry.net.swarm.Scene.TestDial;
import dev.usernameregistry.net.swarm.Scene.TestLink;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SuspendAndDestroyTest {
  private static final Key A = Scene.key(1);
  private static final Key B = Scene.key(2);
  private static final Key C = Scene.key(3);
  private static final Key D = Scene.key(4);

  private final Scene scene = new Scene();
  private final Ended ended = new Ended();

  /** Announced, one dialled connection, one incoming, one dial, one queued, one that waits. */
  private TestLink[] busy() {
    scene.join(JoinOptions.DEFAULT);
    for (int i = 1; i <= 6; i++) {
      scene.lastRound().found(Scene.key(i));
    }
    scene.lastRound().done(Scene.NODE);
    TestLink dialled = scene.dialOf(A).connect();
    TestLink incoming = scene.accept(Scene.key(90));
    scene.dialOf(B).fail();
    return new TestLink[] {dialled, incoming};
  }

  @Test
  void suspendEndsEverythingAndIsDoneWhenAllOfItHasEnded() {
    TestLink[] links = busy();
    scene.receptionIsSlow = true;
    scene.unannouncingIsSlow = true;
    scene.closingIsSlow = true;
    scene.swarm.suspend(ended, scene.nowNanos);

    assertThat(scene.reception).containsExactly("open", "suspend");
    assertThat(scene.unannounced).hasSize(1);
    assertThat(links).allMatch(link -> link.destroyed == Reason.SUSPENDED);
    assertThat(scene.runningDials()).isEmpty();
    assertThat(scene.hasTimer()).isFalse();
    assertThat(scene.swarm.refuses(Scene.key(91))).isTrue();

    scene.receptionDone.get(0).done(true, scene.nowNanos);
    scene.unannounced.get(0).done().done(true, scene.nowNanos);
    links[0].close();
    assertThat(ended.count).isZero();
    assertThatThrownBy(() -> scene.swarm.resume(scene.nowNanos))
        .isInstanceOf(IllegalStateException.class);
    links[1].close();
    assertThat(ended.isComplete()).isTrue();
    assertThat(scene.swarm.statistics().peers().known()).isZero();
  }

  @Test
  void connectionThatComesWhileSuspendedIsDestroyed() {
    scene.swarm.suspend(ended, scene.nowNanos);
    assertThat(scene.accept(A).destroyed).isEqualTo(Reason.SUSPENDED);
  }

  @Test
  void topicJoinedWhileSuspendedStartsOnResume() {
    scene.swarm.suspend(ended, scene.nowNanos);
    scene.join(JoinOptions.DEFAULT);
    scene.swarm.networkChanged(scene.nowNanos);
    assertThat(scene.rounds).isEmpty();
    scene.swarm.resume(scene.nowNanos);
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.CLEAR_AND_ANNOUNCE);
  }

  @Test
  void resumeGoesOnWithReceptionTopicsAndExplicitPeers() {
    busy();
    scene.swarm.joinPeer(D, scene.nowNanos);
    scene.swarm.suspend(ended, scene.nowNanos);
    scene.swarm.joinPeer(C, scene.nowNanos);
    scene.advance(Duration.ofHours(1));
    assertThat(scene.runningDials()).isEmpty();
    int rounds = scene.rounds.size();

    scene.swarm.resume(scene.nowNanos);
    scene.swarm.resume(scene.nowNanos);
    assertThat(scene.reception).containsExactly("open", "suspend", "resume");
    assertThat(scene.rounds).hasSize(rounds + 1);
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.ANNOUNCE);
    assertThat(scene.isDialling(C)).isTrue();
    assertThat(scene.isDialling(D)).isTrue();
    scene.lastRound().found(A);
    assertThat(scene.isDialling(A)).isTrue();
    assertThat(scene.accept(Scene.key(90)).isOpen()).isTrue();
  }

  @Test
  void suspendingTwiceWaitsForTheSameEnd() {
    busy();
    scene.unannouncingIsSlow = true;
    Ended second = new Ended();
    scene.swarm.suspend(ended, scene.nowNanos);
    scene.swarm.suspend(second, scene.nowNanos);
    assertThat(scene.unannounced).hasSize(1);
    scene.unannounced.get(0).done().done(true, scene.nowNanos);
    assertThat(ended.isComplete()).isTrue();
    assertThat(second.isComplete()).isTrue();
  }

  @Test
  void destroyGoesFromTheTopicsToTheReceptionToTheConnections() {
    TestLink[] links = busy();
    scene.receptionIsSlow = true;
    scene.unannouncingIsSlow = true;
    scene.closingIsSlow = true;
    TestDial dial = scene.runningDials().get(0);
    scene.swarm.destroy(false, ended, scene.nowNanos);

    assertThat(dial.aborted).isTrue();
    assertThat(scene.runningDials()).isEmpty();
    assertThat(scene.hasTimer()).isFalse();
    assertThat(scene.reception).containsExactly("open");
    assertThat(links).allMatch(link -> link.destroyed == null);

    scene.unannounced.get(0).done().done(true, scene.nowNanos);
    assertThat(scene.reception).containsExactly("open", "close");
    assertThat(links).allMatch(link -> link.destroyed == null);

    scene.receptionDone.get(0).done(true, scene.nowNanos);
    assertThat(links).allMatch(link -> link.destroyed == Reason.DESTROYED);
    links[0].close();
    assertThat(ended.count).isZero();
    links[1].close();
    assertThat(ended.isComplete()).isTrue();
    assertNothingIsLeft();
  }

  @Test
  void destroyByForceLeavesTheAnnouncementsToExpire() {
    busy();
    scene.swarm.destroy(true, ended, scene.nowNanos);
    assertThat(scene.unannounced).isEmpty();
    assertThat(scene.reception).containsExactly("open", "close");
    assertThat(ended.isComplete()).isTrue();
    assertNothingIsLeft();
  }

  @Test
  void destroyWaitsForTopicsThatWereJustLeft() {
    busy();
    scene.unannouncingIsSlow = true;
    scene.swarm.leave(Scene.TOPIC, new Ended(), scene.nowNanos);
    scene.swarm.destroy(false, ended, scene.nowNanos);
    assertThat(scene.reception).containsExactly("open");
    scene.unannounced.get(0).done().done(true, scene.nowNanos);
    assertThat(ended.isComplete()).isTrue();
  }

  @Test
  void destroyWhileSuspendingOrSuspendedEndsBoth() {
    busy();
    scene.unannouncingIsSlow = true;
    Ended suspended = new Ended();
    scene.swarm.suspend(suspended, scene.nowNanos);
    scene.swarm.destroy(false, ended, scene.nowNanos);
    scene.unannounced.get(0).done().done(true, scene.nowNanos);
    assertThat(suspended.isCutShort()).isTrue();
    assertThat(ended.isComplete()).isTrue();
    assertThat(scene.unannounced).hasSize(1);
    assertNothingIsLeft();
  }

  @Test
  void destroyedSwarmDoesNothingAnyMore() {
    scene.swarm.destroy(false, ended, scene.nowNanos);
    Ended again = new Ended();
    scene.swarm.destroy(true, again, scene.nowNanos);
    assertThat(again.isComplete()).isTrue();
    assertThat(scene.swarm.isDestroyed()).isTrue();
    assertThat(scene.accept(A).destroyed).isEqualTo(Reason.DESTROYED);
    scene.swarm.joinPeer(A, scene.nowNanos);
    scene.swarm.networkChanged(scene.nowNanos);
    scene.swarm.onTimeout(scene.nowNanos);
    assertThatThrownBy(() -> scene.join(JoinOptions.DEFAULT))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> scene.swarm.suspend(ended, scene.nowNanos))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> scene.swarm.resume(scene.nowNanos))
        .isInstanceOf(IllegalStateException.class);
    assertThat(scene.dials).isEmpty();
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() {
    assertThat(scene.hasTimer()).isFalse();
    assertThat(scene.runningDials()).isEmpty();
    assertThat(scene.runningRounds()).isEmpty();
    assertThat(scene.links).noneMatch(TestLink::isOpen);
    SwarmStatistics left = scene.swarm.statistics();
    assertThat(scene.swarm.topics()).isEmpty();
    assertThat(left.peers().known()).isZero();
    assertThat(left.connections()).isEqualTo(new SwarmStatistics.Connections(0, 0, 0));
  }
}
