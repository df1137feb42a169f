package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.swarm.Scene.TestDial;
import dev.usernameregistry.net.swarm.Scene.TestLink;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many connections are dialled beside those that peers dialled. */
class DialLimitsTest {
  private static final Key[] KEYS = IntStream.range(1, 11).mapToObj(Scene::key).toArray(Key[]::new);

  @Test
  void whoDialsAllThatWereFoundIsNotFull() {
    Scene scene = new Scene(Scene.limits(2, 256), key -> false, 1);
    scene.find(KEYS[0], KEYS[1]);
    scene.runningDials().forEach(TestDial::connect);
    assertThat(scene.swarm.isFull()).isFalse();
    scene.find(KEYS[2]);
    assertThat(scene.swarm.isFull()).isTrue();
  }

  @Test
  void whoDialUsDoNotKeepUsFromDialling() {
    Scene scene = new Scene();
    for (int i = 0; i < SwarmOptions.DEFAULT.incomingMax(); i++) {
      assertThat(scene.accept(Scene.manyKey(i)).isOpen()).isTrue();
    }
    scene.join(JoinOptions.CLIENT);
    int own = SwarmOptions.DEFAULT.connectionsMax() / 4;
    for (int i = 1; i <= own + 1; i++) {
      scene.lastRound().found(Scene.manyKey(-i));
    }
    for (int i = 0; i < own; i++) {
      assertThat(scene.runningDials()).isNotEmpty();
      scene.runningDials().get(0).connect();
    }
    assertThat(scene.runningDials()).as("the rest is for whoever comes first").isEmpty();
    assertThat(scene.swarm.isFull()).isTrue();
  }

  @Test
  void oneHostDoesNotTakeThePlaceOfAllWhoDialUs() {
    Scene scene = new Scene();
    Ipv4Address host = Ipv4Address.of("9.8.7.6", 4444);
    int taken = 0;
    for (int i = 0; i < SwarmOptions.DEFAULT.incomingMax(); i++) {
      taken += accept(scene, Scene.manyKey(i), host.withPort(i + 1)).isOpen() ? 1 : 0;
    }
    assertThat(scene.accept(KEYS[0]).isOpen()).isTrue();
    assertThat(taken).isEqualTo(SwarmOptions.DEFAULT.incomingMax() / 4);
    for (int i = 0; i < taken; i++) {
      Ipv4Address port = Ipv4Address.of("127.0.0.1", i + 1);
      assertThat(accept(scene, Scene.manyKey(-i - 1), port).isOpen()).isTrue();
    }
    assertThat(accept(scene, KEYS[1], Ipv4Address.of("127.0.0.1", 5000)).isOpen()).isTrue();
  }

  private static TestLink accept(Scene scene, Key key, Ipv4Address from) {
    TestLink link = scene.new TestLink(key, false);
    link.remote = from;
    scene.swarm.accepted(link, scene.nowNanos);
    return link;
  }

  @Test
  void aPeerThatDialledUsIsNotQueuedAnyMore() {
    Scene scene = new Scene();
    scene.find(KEYS);
    Key queued =
        Arrays.stream(KEYS).filter(key -> !scene.isDialling(key)).findFirst().orElseThrow();
    int before = scene.swarm.statistics().peers().queued();
    TestLink link = scene.accept(queued);
    assertThat(link.isOpen()).isTrue();
    assertThat(scene.swarm.statistics().peers().queued()).isEqualTo(before - 1);
  }
}
