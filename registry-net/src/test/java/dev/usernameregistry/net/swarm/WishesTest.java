package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

  private TopicSession session(Key topic) {
    return Objects.requireNonNull(wishes.sessions().get(topic));
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
    assertThat(wishes.sessions()).containsOnlyKeys(Scene.TOPIC, Scene.OTHER_TOPIC);
    assertThat(session(Scene.TOPIC).options()).isEqualTo(JoinOptions.CLIENT);
    assertThat(scene.swarm.topics()).containsExactly(Scene.TOPIC, Scene.OTHER_TOPIC);
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
  void aTopicThatIsJoinedTwiceIsOneSessionWithTheLaterOptions() {
    wishes.begin(scene.nowNanos);
    wishes.join(Scene.TOPIC, JoinOptions.SERVER, scene.nowNanos);
    TopicSession session = session(Scene.TOPIC);

    wishes.join(Scene.TOPIC, JoinOptions.CLIENT, scene.nowNanos);

    assertThat(wishes.sessions().values()).containsExactly(session);
    assertThat(session.options()).isEqualTo(JoinOptions.CLIENT);
    wishes.leave(Scene.TOPIC, this::tell, scene.nowNanos);
    assertThat(wishes.sessions()).isEmpty();
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
