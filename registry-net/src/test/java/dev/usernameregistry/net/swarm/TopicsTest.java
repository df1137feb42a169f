package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.net.swarm.Discovery.Purpose;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicsTest {
  private final Scene scene = new Scene();

  @Test
  void serverIsAnnouncedOnceItCanBeReached() {
    scene.receptionIsSlow = true;
    scene.join(JoinOptions.DEFAULT);
    assertThat(scene.reception).containsExactly("open");
    assertThat(scene.rounds).isEmpty();

    scene.receptionDone.get(0).done(true, scene.nowNanos);
    assertThat(scene.rounds).hasSize(1);
    assertThat(scene.lastRound().topic).isEqualTo(Scene.TOPIC);
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.CLEAR_AND_ANNOUNCE);
  }

  @Test
  void clientOnlyLooksUpAndIsNotReachable() {
    scene.join(JoinOptions.CLIENT);
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.LOOKUP);
    assertThat(scene.reception).isEmpty();
  }

  @Test
  void receptionIsOpenedOnceForManyTopics() {
    scene.join(JoinOptions.SERVER);
    scene.swarm.join(Scene.OTHER_TOPIC, JoinOptions.SERVER, scene.nowNanos);
    assertThat(scene.reception).containsExactly("open");
    assertThat(scene.rounds)
        .extracting(round -> round.topic)
        .containsExactly(Scene.TOPIC, Scene.OTHER_TOPIC);
  }

  @Test
  void serverThatIsNoClientDialsNobody() {
    scene.join(JoinOptions.SERVER);
    scene.lastRound().found(Scene.key(1));
    assertThat(scene.dials).isEmpty();
  }

  @Test
  void roundIsRepeatedAfterTenToTwelveMinutesFromTheClosestNodes() {
    scene.join(JoinOptions.SERVER);
    for (int i = 1; i < 20; i++) {
      scene.lastRound().done(Scene.NODE);
      assertThat(scene.untilTimeout()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(12));
      scene.advance(Duration.ofMinutes(12));
      assertThat(scene.rounds).hasSize(i + 1);
      assertThat(scene.lastRound().purpose).isEqualTo(Purpose.ANNOUNCE);
      assertThat(scene.lastRound().startNodes).containsExactly(Scene.NODE);
    }
  }

  @Test
  void afterTheFirstAnnouncementTheTopicIsLookedUpOnceMore() {
    scene.join(JoinOptions.DEFAULT);
    scene.lastRound().done(Scene.NODE);
    assertThat(scene.untilTimeout()).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
    scene.advance(Duration.ofSeconds(4));
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.LOOKUP);
    scene.lastRound().found(Scene.key(1));
    assertThat(scene.isDialling(Scene.key(1))).isTrue();

    scene.lastRound().done(Scene.NODE);
    scene.lastDial().connect();
    assertThat(scene.untilTimeout()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(12));
    scene.advance(Duration.ofMinutes(12));
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.ANNOUNCE);
  }

  @Test
  void refreshAnnouncesAlsoWhileTheTopicIsLookedUpOnceMore() {
    scene.join(JoinOptions.DEFAULT);
    scene.lastRound().done(Scene.NODE);
    scene.advance(Duration.ofSeconds(4));
    scene.swarm.networkChanged(scene.nowNanos);
    assertThat(scene.rounds.get(1).cancelled).isTrue();
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.ANNOUNCE);
  }

  @Test
  void roundThatNobodyAnsweredIsRepeatedSoon() {
    Ended flushed = new Ended();
    scene.join(JoinOptions.DEFAULT);
    scene.swarm.flush(flushed, scene.nowNanos);
    scene.lastRound().done();
    assertThat(flushed.isCutShort()).isTrue();
    assertThat(scene.untilTimeout()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    scene.advance(Duration.ofSeconds(60));
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.CLEAR_AND_ANNOUNCE);
  }

  @Test
  void machineThatSleptRefreshesWithinTwoMinutes() {
    scene.join(JoinOptions.SERVER);
    scene.lastRound().done(Scene.NODE);
    scene.nowNanos += Duration.ofHours(8).toNanos();
    scene.swarm.onTimeout(scene.nowNanos);
    assertThat(scene.rounds).hasSize(1);
    assertThat(scene.untilTimeout()).isBetween(Duration.ZERO, Duration.ofMinutes(2));
    scene.advance(Duration.ofMinutes(2));
    assertThat(scene.rounds).hasSize(2);
  }

  @Test
  void refreshDuringARoundOfTheSameRolesStartsNoOther() {
    scene.join(JoinOptions.DEFAULT);
    scene.swarm.networkChanged(scene.nowNanos);
    scene.join(JoinOptions.DEFAULT);
    assertThat(scene.rounds).hasSize(1);
  }

  @Test
  void anotherRoleReplacesTheRunningRound() {
    Ended first = new Ended();
    scene.join(JoinOptions.CLIENT);
    scene.swarm.flush(first, scene.nowNanos);
    scene.join(JoinOptions.SERVER);
    assertThat(scene.rounds.get(0).cancelled).isTrue();
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.CLEAR_AND_ANNOUNCE);
    assertThat(first.count).isZero();
    scene.lastRound().found(Scene.key(1));
    assertThat(scene.isDialling(Scene.key(1))).as("not a client any more").isFalse();
    scene.lastRound().done(Scene.NODE);
    assertThat(first.isComplete()).isTrue();
  }

  @Test
  void whatARoundThatWasReplacedFindsDoesNotCount() {
    scene.join(JoinOptions.CLIENT);
    scene.join(JoinOptions.SERVER);
    scene.rounds.get(0).found(Scene.key(1));
    scene.rounds.get(0).done(Scene.NODE);
    assertThat(scene.dials).isEmpty();
    assertThat(scene.hasTimer()).isFalse();
  }

  @Test
  void announcementIsTakenBackByWhoeverIsNoServerAnyMore() {
    scene.join(JoinOptions.SERVER);
    scene.lastRound().done(Scene.NODE);
    scene.join(JoinOptions.CLIENT);
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.UNANNOUNCE);
    assertThat(scene.lastRound().startNodes).containsExactly(Scene.NODE);
    scene.lastRound().done(Scene.NODE);

    scene.advance(Duration.ofMinutes(12));
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.LOOKUP);
    scene.swarm.leave(Scene.TOPIC, new Ended(), scene.nowNanos);
    assertThat(scene.unannounced).isEmpty();
  }

  @Test
  void clientBecomesAServer() {
    scene.join(JoinOptions.CLIENT);
    scene.lastRound().done(Scene.NODE);
    scene.join(JoinOptions.SERVER);
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.CLEAR_AND_ANNOUNCE);
  }

  @Test
  void leavingTakesTheAnnouncementBack() {
    scene.join(JoinOptions.DEFAULT);
    scene.lastRound().done(Scene.NODE);
    assertThat(scene.swarm.topics()).containsExactly(new TopicState(Scene.TOPIC, true, true, 0));

    Ended left = new Ended();
    scene.swarm.leave(Scene.TOPIC, left, scene.nowNanos);
    assertThat(scene.unannounced).hasSize(1);
    assertThat(scene.unannounced.get(0).startNodes()).containsExactly(Scene.NODE);
    assertThat(left.isComplete()).isTrue();
    assertThat(scene.swarm.topics()).isEmpty();
    assertThat(scene.hasTimer()).isFalse();
  }

  @Test
  void leavingInTheMiddleOfTheFirstAnnouncementTakesItBackWhereverItGot() {
    scene.join(JoinOptions.DEFAULT);
    scene.swarm.leave(Scene.TOPIC, new Ended(), scene.nowNanos);
    assertThat(scene.lastRound().cancelled).isTrue();
    assertThat(scene.unannounced).hasSize(1);
    assertThat(scene.unannounced.get(0).startNodes()).isEmpty();
    assertThat(scene.hasTimer()).isFalse();
  }

  @Test
  void leavingBeforeTheAnnouncementBeganTakesNothingBack() {
    scene.receptionIsSlow = true;
    scene.join(JoinOptions.DEFAULT);
    scene.swarm.leave(Scene.TOPIC, new Ended(), scene.nowNanos);
    scene.receptionDone.get(0).done(true, scene.nowNanos);
    assertThat(scene.rounds).isEmpty();
    assertThat(scene.unannounced).isEmpty();
  }

  @Test
  void topicThatWasJustLeftIsJoinedAgainWhenThatIsDone() {
    scene.unannouncingIsSlow = true;
    scene.join(JoinOptions.DEFAULT);
    scene.lastRound().done(Scene.NODE);
    Ended left = new Ended();
    scene.swarm.leave(Scene.TOPIC, left, scene.nowNanos);
    Ended flushed = new Ended();
    scene.join(JoinOptions.DEFAULT);
    scene.swarm.flush(flushed, scene.nowNanos);
    assertThat(scene.rounds).hasSize(1);
    assertThat(left.count).isZero();

    scene.unannounced.get(0).done().done(true, scene.nowNanos);
    assertThat(left.isComplete()).isTrue();
    assertThat(scene.rounds).hasSize(2);
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.CLEAR_AND_ANNOUNCE);
    scene.lastRound().done(Scene.NODE);
    assertThat(flushed.isComplete()).isTrue();
  }

  @Test
  void leavingTwiceWaitsForTheSameEnd() {
    scene.unannouncingIsSlow = true;
    scene.join(JoinOptions.DEFAULT);
    scene.lastRound().done(Scene.NODE);
    Ended first = new Ended();
    Ended second = new Ended();
    scene.swarm.leave(Scene.TOPIC, first, scene.nowNanos);
    scene.swarm.leave(Scene.TOPIC, second, scene.nowNanos);
    assertThat(second.count).isZero();
    scene.unannounced.get(0).done().done(true, scene.nowNanos);
    assertThat(List.of(first, second)).allMatch(Ended::isComplete);
  }

  @Test
  void leavingCutsFlushedShort() {
    scene.join(JoinOptions.DEFAULT);
    Ended flushed = new Ended();
    scene.swarm.flush(flushed, scene.nowNanos);
    scene.swarm.leave(Scene.TOPIC, new Ended(), scene.nowNanos);
    assertThat(flushed.isCutShort()).isTrue();
  }

  @Test
  void networkChangeKeepsConnectionsAliveAndRefreshesAllTopics() {
    scene.find(Scene.key(1));
    Scene.TestLink link = scene.lastDial().connect();
    scene.swarm.join(Scene.OTHER_TOPIC, JoinOptions.SERVER, scene.nowNanos);
    scene.lastRound().done(Scene.NODE);
    scene.swarm.networkChanged(scene.nowNanos);
    assertThat(link.keepAlives).isEqualTo(1);
    assertThat(scene.runningRounds())
        .extracting(round -> round.topic)
        .containsExactly(Scene.TOPIC, Scene.OTHER_TOPIC);
  }

  @Test
  void sameTopicCannotBeJoinedAsNothing() {
    assertThatThrownBy(() -> new JoinOptions(false, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void topicsAreCapped() {
    for (int i = 0; i < SwarmPolicy.TOPICS_MAX; i++) {
      scene.swarm.join(Scene.manyKey(i), JoinOptions.CLIENT, scene.nowNanos);
    }
    assertThatThrownBy(() -> scene.join(JoinOptions.CLIENT))
        .isInstanceOf(IllegalStateException.class);
    scene.swarm.join(Scene.manyKey(0), JoinOptions.SERVER, scene.nowNanos);
    assertThat(scene.swarm.topics()).hasSize(SwarmPolicy.TOPICS_MAX);
  }
}
