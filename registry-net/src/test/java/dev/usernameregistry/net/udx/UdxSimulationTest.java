package dev.usernameregistry.net.udx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Ten thousand transfers over air that loses, delays, overtakes and doubles, many of them across
 * the wrap of packet numbers: every byte arrives in order, or the stream ends with a reason; no run
 * hangs.
 */
class UdxSimulationTest {
  private static final int SEEDS = 10_000;

  /** A stream that is stuck gives up after thirteen timeouts of at most thirty seconds. */
  private static final long LONGEST_NANOS = 1_000 * Pair.SECOND;

  @Test
  void everyByteArrivesInOrderOrTheStreamEndsWithAReason() {
    Map<CloseReason, Integer> reasons = new EnumMap<>(CloseReason.class);
    for (int seed = 0; seed < SEEDS; seed++) {
      Run run = new Run(seed);
      run.play();
      reasons.merge(run.check(), 1, Integer::sum);
    }
    assertThat(reasons.get(CloseReason.ENDED)).isGreaterThan(SEEDS * 8 / 10);
    assertThat(reasons.keySet())
        .contains(CloseReason.RESET, CloseReason.TIMED_OUT, CloseReason.DESTROYED);
  }

  /** One transfer both ways. */
  private static final class Run {
    private final int seed;
    private final SplittableRandom random;
    private final Pair pair;
    private final byte[] fromAlice;
    private final byte[] fromBob;
    private final boolean severed;
    private boolean destroyed;
    private boolean left;

    private Run(int seed) {
      this.seed = seed;
      random = new SplittableRandom(seed);
      int window = random.nextInt(4) == 0 ? 4_096 << random.nextInt(5) : 4 << 20;
      UdxOptions options =
          new UdxOptions(window, 1 << (10 + random.nextInt(8)), 1500, 14 * Pair.SECOND);
      pair = new Pair(options, firstSeq(), firstSeq());
      fromAlice = Pattern.bytes(0, bytes(), seed);
      fromBob = Pattern.bytes(0, bytes(), seed + 1);
      severed = random.nextInt(50) == 0;
      weather();
    }

    /** Returns a number that is soon followed by the wrap, in every other run. */
    private int firstSeq() {
      return random.nextBoolean() ? 0 : -random.nextInt(20);
    }

    private int bytes() {
      return random.nextInt(random.nextInt(8) == 0 ? 60_000 : 8_000);
    }

    private void weather() {
      int lossPercent = random.nextInt(3) == 0 ? 0 : random.nextInt(25);
      int doublePercent = random.nextInt(3) == 0 ? random.nextInt(20) : 0;
      int latePercent = random.nextInt(2) == 0 ? random.nextInt(30) : 0;
      long latencyNanos = (1 + random.nextInt(80)) * Pair.MILLI / (1 + random.nextInt(20));
      pair.mtu = random.nextInt(4) == 0 ? 1_200 + random.nextInt(300) : 1_500;
      pair.drops = d -> random.nextInt(100) < lossPercent;
      pair.doubles = d -> random.nextInt(100) < doublePercent;
      pair.latencyNanos =
          () ->
              latencyNanos
                  + (random.nextInt(100) < latePercent
                      ? random.nextLong(4 * latencyNanos)
                      : random.nextLong(1 + latencyNanos / 10));
    }

    private void play() {
      pair.alice.writes(fromAlice, true);
      pair.bob.writes(fromBob, true);
      if (random.nextInt(8) == 0) {
        pair.driveFor(random.nextInt(100) * Pair.MILLI);
        goAnotherWay(pair.alice, pair.bob);
        goAnotherWay(pair.bob, pair.alice);
      }
      if (severed) {
        pair.driveFor(random.nextInt(100) * Pair.MILLI);
        pair.drops = d -> true;
      }
      if (random.nextInt(25) == 0) {
        pair.driveFor(random.nextInt(200) * Pair.MILLI);
        destroyed = pair.alice.stream.closeReason() == null;
        pair.alice.stream.destroy(pair.nowNanos);
      }
      pair.driveFor(LONGEST_NANOS);
      leave(pair.alice, pair.bob);
      leave(pair.bob, pair.alice);
    }

    private void goAnotherWay(Pair.Peer from, Pair.Peer to) {
      if (from.stream.closeReason() == null) {
        Ipv4Address remote = to.address.withPort(to.address.port() + 5);
        from.stream.changeRemote(5, to.stream.localId(), remote, pair.nowNanos);
      }
    }

    /**
     * One who has sent everything and only listens cannot know that the other is gone: in UDX,
     * noticing that is left to the layer above, whose timeout this stands for.
     */
    private void leave(Pair.Peer listener, Pair.Peer gone) {
      CloseReason reason = gone.stream.closeReason();
      boolean unheard = reason == CloseReason.TIMED_OUT || reason == CloseReason.DESTROYED;
      if (unheard && listener.stream.closeReason() == null) {
        assertThat(listener.stream.unacknowledgedBytes()).as("seed %d", seed).isZero();
        listener.stream.destroy(pair.nowNanos);
        left = true;
        pair.drive();
      }
    }

    /** Checks both sides; returns why one of them closed, the worse reason. */
    private CloseReason check() {
      CloseReason alice = reason(pair.alice);
      CloseReason bob = reason(pair.bob);
      checkReceived(pair.bob, fromAlice, bob);
      checkReceived(pair.alice, fromBob, alice);
      if (!destroyed && !left) {
        assertThat(alice).as("seed %d", seed).isIn(CloseReason.ENDED, CloseReason.TIMED_OUT);
      }
      assertThat(pair.onTheAir()).as("seed %d", seed).isZero();
      return alice == CloseReason.ENDED || bob == CloseReason.RESET ? bob : alice;
    }

    private CloseReason reason(Pair.Peer peer) {
      CloseReason reason = peer.stream.closeReason();
      assertThat(reason)
          .as("seed %d, %s hangs: %s", seed, peer.name, peer.stream.statistics())
          .isNotNull();
      assertThat(peer.streams.count()).isZero();
      return reason == null ? CloseReason.TIMED_OUT : reason;
    }

    private void checkReceived(Pair.Peer peer, byte[] sent, CloseReason reason) {
      byte[] received = peer.received();
      if (reason == CloseReason.ENDED && !Arrays.equals(received, sent)) {
        throw new AssertionError("seed " + seed + ": " + peer.name + " ended without all bytes");
      }
      if (!Arrays.equals(received, Arrays.copyOf(sent, received.length))) {
        throw new AssertionError("seed " + seed + ": " + peer.name + " received other bytes");
      }
    }
  }
}
