package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

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
