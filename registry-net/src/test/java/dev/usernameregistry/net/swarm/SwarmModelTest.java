package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.swarm.Discovery.Purpose;
import dev.usernameregistry.net.swarm.Scene.TestDial;
import dev.usernameregistry.net.swarm.Scene.TestLink;
import dev.usernameregistry.net.swarm.Scene.TestRound;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever happens in whatever order, certain things always hold. The ports answer at once or
 * later, also in the middle of calls of theirs.
 */
class SwarmModelTest {
  private static final int KEYS = 12;
  private static final int STEPS = 300;

  /** In the last one, a link closes while it waits its turn and another is being opened. */
  private static final long[] SEEDS =
      LongStream.concat(LongStream.range(0, 600), LongStream.of(4_162)).toArray();

  @Test
  void thingsThatAlwaysHoldDo() {
    long opened = 0;
    for (long seed : SEEDS) {
      Run run = new Run(seed);
      try {
        for (int i = 0; i < STEPS; i++) {
          run.step();
          run.check();
        }
        run.end();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
      opened += run.scene.swarm.statistics().totals().opened();
    }
    assertThat(opened).isGreaterThan(10_000);
  }

  /** One seed. */
  private static final class Run {
    private final Random random;
    final Scene scene;
    private final Set<Key> banned = new HashSet<>();
    private final Set<Key> rejected = Set.of(Scene.key(KEYS));
    private final List<Ended> promises = new ArrayList<>();

    /** Topics that some node has an announcement of ours for. */
    private final Set<Key> announced = new HashSet<>();

    private boolean suspended;

    Run(long seed) {
      random = new Random(seed);
      scene = new Scene(Scene.limits(6, 6), key -> rejected.contains(key), seed);
      scene.hasRelay = random.nextBoolean();
      scene.onStart = this::started;
      scene.onDial = this::dialled;
      scene.onOpen = this::opened;
    }

    private boolean rarely() {
      return random.nextInt(8) == 0;
    }

    private Key anyKey() {
      return Scene.key(1 + random.nextInt(KEYS));
    }

    private Key anyTopic() {
      return random.nextBoolean() ? Scene.TOPIC : Scene.OTHER_TOPIC;
    }

    private Ipv4Address anyNode() {
      return new Ipv4Address(1, 1 + random.nextInt(6));
    }

    private Ended promise() {
      Ended ended = new Ended();
      promises.add(ended);
      return ended;
    }

    /** An announcement may be out from the first moment on. */
    private void started(TestRound round) {
      if (round.purpose.announces()) {
        announced.add(round.topic);
      }
    }

    private void dialled(TestDial dial) {
      assertThat(dial.key).isNotEqualTo(Scene.OWN).isNotIn(banned).isNotIn(rejected);
      assertThat(suspended || scene.swarm.isDestroyed()).isFalse();
      if (rarely()) {
        dial.fail();
      } else if (rarely()) {
        dial.connect();
      } else if (rarely() && !scene.swarm.refuses(dial.key)) {
        scene.accept(dial.key);
      } else if (rarely()) {
        step();
      }
    }

    private void opened(TestLink link) {
      if (rarely()) {
        link.close();
      } else if (rarely()) {
        step();
      }
    }

    private void finish(TestRound round) {
      boolean answered = !rarely();
      Ipv4Address node = anyNode();
      if (round.purpose == Purpose.UNANNOUNCE && answered) {
        announced.remove(round.topic);
      }
      if (answered) {
        round.done(node);
      } else {
        round.done();
      }
    }

    void step() {
      switch (random.nextInt(12)) {
        case 0, 1, 2 -> round();
        case 3, 4 -> dial();
        case 5, 6 -> {
          Key key = anyKey();
          if (!scene.swarm.refuses(key)) {
            scene.accept(key).hasTraffic = random.nextBoolean();
          }
        }
        case 7 -> {
          List<TestLink> alive = scene.links.stream().filter(link -> !link.closed).toList();
          if (!alive.isEmpty()) {
            any(alive).close();
          }
        }
        case 8 -> scene.advance(Duration.ofMillis(random.nextInt(20_000)));
        case 9 -> scene.advance(Duration.ofMinutes(random.nextInt(8)));
        default -> user();
      }
    }

    private void round() {
      if (!scene.runningRounds().isEmpty()) {
        TestRound round = any(scene.runningRounds());
        if (random.nextInt(3) == 0) {
          finish(round);
        } else {
          round.found(random.nextInt(20) == 0 ? Scene.OWN : anyKey());
        }
      }
    }

    private void dial() {
      if (!scene.runningDials().isEmpty()) {
        TestDial dial = any(scene.runningDials());
        if (random.nextInt(4) == 0) {
          dial.fail(random.nextBoolean());
        } else {
          dial.connect();
        }
      }
    }

    /** What the application or its user may do. */
    private void user() {
      switch (random.nextInt(8)) {
        case 0, 1 -> join();
        case 2 -> scene.swarm.leave(anyTopic(), promise(), scene.nowNanos);
        case 3 -> ban();
        case 4 -> peer();
        case 5 -> mood();
        case 6 -> scene.swarm.networkChanged(scene.nowNanos);
        default -> suspendOrResume();
      }
    }

    private void join() {
      JoinOptions options =
          any(List.of(JoinOptions.DEFAULT, JoinOptions.SERVER, JoinOptions.CLIENT));
      scene.swarm.join(anyTopic(), options, scene.nowNanos);
      scene.swarm.flush(promise(), scene.nowNanos);
    }

    private void ban() {
      if (rarely()) {
        Key key = anyKey();
        banned.add(key);
        scene.swarm.ban(key, scene.nowNanos);
      }
    }

    private void peer() {
      Key key = anyKey();
      if (random.nextBoolean()) {
        scene.swarm.joinPeer(key, scene.nowNanos);
      } else {
        scene.swarm.leavePeer(key, scene.nowNanos);
      }
    }

    /** Changes how fast the world is, and lets what was slow go on. */
    private void mood() {
      scene.closingIsSlow = random.nextBoolean();
      scene.unannouncingIsSlow = random.nextBoolean();
      scene.receptionIsSlow = random.nextBoolean();
      settle();
    }

    private void settle() {
      List<Scene.Unannounced> untaken = List.copyOf(scene.unannounced);
      scene.unannounced.clear();
      for (Scene.Unannounced taken : untaken) {
        announced.remove(taken.topic());
        taken.done().done(true, scene.nowNanos);
      }
      List<Done> waiting = List.copyOf(scene.receptionDone);
      scene.receptionDone.clear();
      waiting.forEach(done -> done.done(true, scene.nowNanos));
      for (TestLink link : List.copyOf(scene.links)) {
        if (link.destroyed != null) {
          link.close();
        }
      }
    }

    private void suspendOrResume() {
      if (!suspended && rarely()) {
        suspended = true;
        scene.swarm.suspend(promise(), scene.nowNanos);
      } else if (suspended) {
        Ended ended = new Ended();
        scene.swarm.suspend(ended, scene.nowNanos);
        if (ended.count > 0) {
          suspended = false;
          scene.swarm.resume(scene.nowNanos);
        }
      }
    }

    private <T> T any(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    void check() {
      scene.links.removeIf(link -> link.closed);
      scene.dials.removeIf(dial -> !dial.isRunning());
      scene.rounds.removeIf(round -> !round.isRunning());
      SwarmStatistics now = scene.swarm.statistics();
      List<TestDial> dials = scene.runningDials();
      List<TestLink> open = scene.links.stream().filter(TestLink::isOpen).toList();
      assertThat(dials).hasSizeLessThanOrEqualTo(3);
      assertThat(now.connections().dialling()).isEqualTo(dials.size());

      Set<Key> keys = new HashSet<>();
      dials.forEach(dial -> assertThat(keys.add(dial.key)).isTrue());
      open.forEach(link -> assertThat(keys.add(link.remoteKey())).isTrue());
      assertThat(keys).doesNotContain(Scene.OWN);
      assertThat(dials).noneMatch(dial -> banned.contains(dial.key));

      assertThat(open.stream().filter(link -> link.initiator))
          .hasSizeLessThanOrEqualTo(now.connections().outgoing());
      assertThat(now.connections().incoming()).isLessThanOrEqualTo(6);
      assertThat(now.peers().known()).isLessThanOrEqualTo(KEYS);
      assertThat(now.peers().queued() + now.peers().waiting()).isLessThanOrEqualTo(2 * KEYS);

      Set<Key> topics = new HashSet<>();
      scene.runningRounds().forEach(round -> assertThat(topics.add(round.topic)).isTrue());
      if (suspended) {
        assertThat(scene.hasTimer()).isFalse();
        assertThat(dials).isEmpty();
        assertThat(topics).isEmpty();
      }
    }

    /** In the end nothing is left, and every promise was kept once. */
    void end() {
      scene.swarm.destroy(false, promise(), scene.nowNanos);
      for (int i = 0; i < 10; i++) {
        settle();
      }
      check();
      assertThat(scene.links).allMatch(link -> link.closed);
      assertThat(scene.runningRounds()).isEmpty();
      assertThat(scene.runningDials()).isEmpty();
      assertThat(scene.hasTimer()).isFalse();
      assertThat(announced).isEmpty();
      assertThat(promises).allMatch(ended -> ended.count == 1);
      SwarmStatistics left = scene.swarm.statistics();
      assertThat(left.connections()).isEqualTo(new SwarmStatistics.Connections(0, 0, 0));
      assertThat(left.peers().queued() + left.peers().waiting()).isZero();
    }
  }
}
