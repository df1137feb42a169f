package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * "The first round of announce and lookup is done and everyone found was dialled."
 *
 * <p>That is: every round has ended, and then everybody queued or being dialled at that moment has
 * connected or failed once.
 */
class FlushTest {
  private static final Key A = Scene.key(1);
  private static final Key B = Scene.key(2);
  private static final Key C = Scene.key(3);
  private static final Key D = Scene.key(4);

  private final Scene scene = new Scene();
  private final Ended flushed = new Ended();

  @Test
  void isAtOnceWhenNothingIsToBeDone() {
    flush();
    assertThat(flushed.isComplete()).isTrue();
  }

  @Test
  void waitsForTheRoundsOfAllTopics() {
    scene.join(JoinOptions.DEFAULT);
    scene.swarm.join(Scene.OTHER_TOPIC, JoinOptions.CLIENT, scene.nowNanos);
    flush();
    scene.rounds.get(0).done(Scene.NODE);
    assertThat(flushed.count).isZero();
    scene.rounds.get(1).done(Scene.NODE);
    assertThat(flushed.isComplete()).isTrue();
  }

  @Test
  void waitsUntilEverybodyFoundHasConnectedOrFailedOnce() {
    scene.join(JoinOptions.CLIENT);
    flush();
    for (Key key : new Key[] {A, B, C, D}) {
      scene.lastRound().found(key);
    }
    scene.lastRound().done(Scene.NODE);
    scene.dialOf(A).connect();
    scene.dialOf(B).fail();
    scene.dialOf(C).connect();
    assertThat(flushed.count).isZero();
    scene.dialOf(D).fail();
    assertThat(flushed.isComplete()).isTrue();
  }

  @Test
  void doesNotWaitForWhoeverWasDialledBeforeTheRoundsEnded() {
    scene.join(JoinOptions.CLIENT);
    flush();
    scene.lastRound().found(A);
    scene.dialOf(A).fail();
    scene.lastRound().done(Scene.NODE);
    assertThat(flushed.isComplete()).as("A waits to be dialled again").isTrue();
  }

  @Test
  void doesNotWaitForWhoeverIsFoundLater() {
    scene.find(A);
    flush();
    scene.swarm.join(Scene.OTHER_TOPIC, JoinOptions.CLIENT, scene.nowNanos);
    scene.lastRound().found(B);
    scene.dialOf(A).connect();
    assertThat(flushed.isComplete()).isTrue();
  }

  @Test
  void countsAPeerThatDialsUsWhileItIsQueued() {
    scene.find(A, B, C, D);
    flush();
    scene.accept(D);
    scene.dialOf(A).fail();
    scene.dialOf(B).fail();
    assertThat(flushed.count).isZero();
    scene.dialOf(C).fail();
    assertThat(flushed.isComplete()).isTrue();
  }

  @Test
  void doesNotWaitForAPeerThatIsBannedOrWhoseTopicIsLeft() {
    scene.find(A, B, C, D);
    flush();
    scene.swarm.ban(D, scene.nowNanos);
    scene.dialOf(A).connect();
    scene.dialOf(B).connect();
    scene.dialOf(C).connect();
    assertThat(flushed.isComplete()).isTrue();
  }

  @Test
  void doesNotWaitForPeersOfATopicThatIsLeft() {
    scene.find(A, B, C, D);
    flush();
    scene.swarm.leave(Scene.TOPIC, new Ended(), scene.nowNanos);
    scene.dialOf(A).connect();
    scene.dialOf(B).connect();
    assertThat(flushed.count).isZero();
    scene.dialOf(C).connect();
    assertThat(flushed.isComplete()).isTrue();
  }

  @Test
  void doesNotWaitForWhoeverIsOneTooMany() {
    Scene small = new Scene(Scene.limits(2, 256), Firewall.OPEN, 1);
    small.find(A, B, C, D);
    small.swarm.flush(flushed, small.nowNanos);
    small.dialOf(small.runningDials().get(0).key).connect();
    assertThat(flushed.count).isZero();
    small.dialOf(small.runningDials().get(0).key).connect();
    assertThat(flushed.isComplete()).isTrue();

    Ended again = new Ended();
    small.swarm.flush(again, small.nowNanos);
    assertThat(again.isComplete()).isTrue();
  }

  @Test
  void isCutShortBySuspendingAndDestroying() {
    scene.find(A);
    flush();
    scene.swarm.suspend(new Ended(), scene.nowNanos);
    assertThat(flushed.isCutShort()).isTrue();

    Ended meanwhile = new Ended();
    scene.swarm.flush(meanwhile, scene.nowNanos);
    assertThat(meanwhile.isCutShort()).isTrue();
    scene.swarm.resume(scene.nowNanos);

    Ended last = new Ended();
    scene.swarm.flush(last, scene.nowNanos);
    assertThat(last.count).isZero();
    scene.swarm.destroy(false, new Ended(), scene.nowNanos);
    assertThat(last.isCutShort()).isTrue();
  }

  @Test
  void manyFlushesEndOnTheirOwn() {
    scene.find(A);
    flush();
    scene.find(B);
    Ended second = new Ended();
    scene.swarm.flush(second, scene.nowNanos);
    scene.dialOf(A).connect();
    assertThat(flushed.isComplete()).isTrue();
    assertThat(second.count).isZero();
    scene.advance(Duration.ofSeconds(1));
    scene.dialOf(B).connect();
    assertThat(second.isComplete()).isTrue();
  }

  private void flush() {
    scene.swarm.flush(flushed, scene.nowNanos);
  }
}
