package dev.usernameregistry.net.udx.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/** BBR over a link of one packet per 100 microseconds and a round trip of 20 ms: 200 packets. */
class BbrTest {
  private static final long MILLI = 1_000_000L;
  private static final long PACKET_NANOS = MILLI / 10;
  private static final long RTT_NANOS = 20 * MILLI;
  private static final int BDP = 200;

  private final Bbr bbr = new Bbr();
  private final DeliveryRate rate = new DeliveryRate();
  private final Pacer pacer = new Pacer();
  private final Queue<SentStamp> flying = new ArrayDeque<>();
  private final Queue<Long> arrivals = new ArrayDeque<>();
  private long nowNanos = 1;
  private long linkFreeNanos;
  private int mostInFlight;

  /** Sends as much as it may for so long, with a thousand bytes a packet. */
  private void send(long nanos) {
    long end = nowNanos + nanos;
    while (nowNanos - end < 0) {
      while (flying.size() < bbr.windowPackets()
          && pacer.allows(1_000 * bbr.pacingPacketsPerNano(), nowNanos)) {
        pacer.spend(1_000);
        SentStamp stamp = new SentStamp();
        rate.sent(stamp, flying.isEmpty(), nowNanos);
        flying.add(stamp);
        linkFreeNanos = Math.max(linkFreeNanos, nowNanos) + PACKET_NANOS;
        arrivals.add(linkFreeNanos + RTT_NANOS);
      }
      mostInFlight = Math.max(mostInFlight, flying.size());
      nowNanos += PACKET_NANOS;
      while (!arrivals.isEmpty() && arrivals.element() - nowNanos <= 0) {
        arrivals.remove();
        rate.begin();
        rate.acknowledged(flying.remove(), true, nowNanos);
        rate.finish(RTT_NANOS, nowNanos);
        bbr.acknowledged(rate, flying.size(), nowNanos);
      }
    }
  }

  /** "plain doubling: 10, 20, 40, 80, 160 packets per RTT". */
  @Test
  void windowDoublesEachRoundTripAtFirst() {
    assertThat(bbr.windowPackets()).isEqualTo(10);
    send(RTT_NANOS + 5 * MILLI);
    assertThat(bbr.windowPackets()).isEqualTo(20);
    send(RTT_NANOS);
    assertThat(bbr.windowPackets()).isBetween(38, 40);
  }

  @Test
  void linkIsFullAndTheQueueShort() {
    send(1_000 * MILLI);
    long before = rate.deliveredPackets();
    mostInFlight = 0;
    send(5_000 * MILLI);
    long delivered = rate.deliveredPackets() - before;
    assertThat(delivered).isGreaterThan(47_000);
    assertThat(mostInFlight).isLessThan(2 * BDP + BDP / 4);
    assertThat(bbr.pacingPacketsPerNano() * PACKET_NANOS).isBetween(0.7, 1.3);
  }

  @Test
  void windowShrinksForAMomentToFindTheShortestRoundTrip() {
    send(9_000 * MILLI);
    int least = Integer.MAX_VALUE;
    for (int i = 0; i < 3_000; i++) {
      send(MILLI);
      least = Math.min(least, bbr.windowPackets());
    }
    assertThat(least).isEqualTo(4);
    assertThat(bbr.windowPackets()).isGreaterThan(BDP);
  }

  @Test
  void timeoutLeavesOnePacketAndRecoveryRestoresTheWindow() {
    send(1_000 * MILLI);
    int before = bbr.windowPackets();
    bbr.timedOut(0);
    assertThat(bbr.windowPackets()).isEqualTo(1);
    bbr.recoveryEnded();
    acknowledgeOne();
    assertThat(bbr.windowPackets()).isBetween(before - 1, before + 1);
  }

  @Test
  void lossRightBehindARecoveryGoesOnWithItAndTheWindowIsRestoredAfterBoth() {
    send(1_000 * MILLI);
    int before = bbr.windowPackets();
    rate.lost();
    bbr.recoveryBegan();
    flying.remove(); // lost
    acknowledgeOne();
    for (int i = 0; i < 10; i++) {
      flying.remove();
      rate.lost();
    }
    bbr.recoveryEnded();
    bbr.recoveryBegan();
    acknowledgeOne();
    acknowledgeOne();
    assertThat(bbr.windowPackets()).as("still one for one").isEqualTo(flying.size() + 2);
    bbr.recoveryEnded();
    acknowledgeOne();
    assertThat(bbr.windowPackets()).isBetween(before - 1, before + 1);
  }

  private void acknowledgeOne() {
    rate.begin();
    rate.acknowledged(flying.remove(), true, nowNanos);
    rate.finish(RTT_NANOS, nowNanos);
    bbr.acknowledged(rate, flying.size(), nowNanos);
  }

  @Test
  void lossLetsOnePacketGoForEachThatArrives() {
    send(1_000 * MILLI);
    rate.lost();
    bbr.recoveryBegan();
    acknowledgeOne();
    assertThat(bbr.windowPackets()).isEqualTo(flying.size() + 1);
  }
}
