package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.swarm.Discovery.Purpose;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wanted of a swarm before it has found its place, and after. */
class WishesTest {
  private static final Key PEER = Scene.key(1);

  private final Scene scene = new Scene();
  private final Wishes wishes = new Wishes(scene.swarm);
  private final List<Boolean> done = new ArrayList<>();

  private void tell(boolean complete, long nowNanos) {
    done.add(complete);
  }

  @Test
  void nothingIsDoneBeforeTheBeginningAndAllOfItThen() {
    wishes.join(Scene.TOPIC, JoinOptions.SERVER, scene.nowNanos);
    wishes.join(Scene.OTHER_TOPIC, JoinOptions.CLIENT, scene.nowNanos);
    wishes.join(Scene.TOPIC, JoinOptions.CLIENT, scene.nowNanos); // another role after all
    wishes.joinPeer(PEER, scene.nowNanos);
    wishes.flush(this::tell, scene.nowNanos);
    assertThat(wishes.early()).containsExactly(Scene.TOPIC, Scene.OTHER_TOPIC);
    assertThat(scene.swarm.topics()).isEmpty();
    assertThat(scene.dials).isEmpty();

    wishes.begin(scene.nowNanos);

    assertThat(wishes.isBegun()).isTrue();
    assertThat(wishes.early()).isEmpty();
    assertThat(scene.swarm.topics())
        .extracting(TopicState::topic)
        .containsExactly(Scene.TOPIC, Scene.OTHER_TOPIC);
    assertThat(scene.rounds)
        .extracting(round -> round.purpose)
        .containsExactly(Purpose.LOOKUP, Purpose.LOOKUP);
    assertThat(scene.dials).hasSize(1);
    assertThat(done).as("told when all was looked up").isEmpty();
  }

  @Test
  void whatIsTakenBackBeforeTheBeginningIsNotDone() {
    wishes.join(Scene.TOPIC, JoinOptions.DEFAULT, scene.nowNanos);
    wishes.joinPeer(PEER, scene.nowNanos);
    wishes.leave(Scene.TOPIC, this::tell, scene.nowNanos);
    wishes.leavePeer(PEER, scene.nowNanos);
    assertThat(done).containsExactly(true);

    wishes.begin(scene.nowNanos);

    assertThat(scene.swarm.topics()).isEmpty();
    assertThat(scene.dials).isEmpty();
  }

  @Test
  void aTopicThatIsJoinedTwiceIsThereOnceWithTheLaterOptions() {
    wishes.begin(scene.nowNanos);
    wishes.join(Scene.TOPIC, JoinOptions.SERVER, scene.nowNanos);
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.CLEAR_AND_ANNOUNCE);

    wishes.join(Scene.TOPIC, JoinOptions.CLIENT, scene.nowNanos);

    assertThat(scene.swarm.topics()).hasSize(1);
    assertThat(scene.lastRound().purpose).isEqualTo(Purpose.UNANNOUNCE);
    wishes.leave(Scene.TOPIC, this::tell, scene.nowNanos);
    assertThat(scene.swarm.topics()).isEmpty();
  }

  @Test
  void ofManyWhoWaitForTheBeginningTheLastWaitInVain() {
    for (int waiting = 0; waiting < 1024; waiting++) {
      wishes.flush(this::tell, scene.nowNanos);
    }
    assertThat(done).isEmpty();

    wishes.flush(this::tell, scene.nowNanos);
    assertThat(done).containsExactly(false);

    wishes.begin(scene.nowNanos);
    assertThat(done).as("without topics all is looked up").hasSize(1025).endsWith(true);
  }

  @Test
  void aDestroyedSwarmJoinsNothing() {
    scene.swarm.destroy(true, this::tell, scene.nowNanos);
    wishes.join(Scene.TOPIC, JoinOptions.DEFAULT, scene.nowNanos);
    assertThat(wishes.early()).isEmpty();
  }
}
