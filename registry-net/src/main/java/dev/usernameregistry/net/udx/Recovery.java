package dev.usernameregistry.net.udx;

import dev.usernameregistry.net.udx.congestion.Bbr;
import dev.usernameregistry.net.udx.congestion.CongestionControl;
import dev.usernameregistry.net.udx.congestion.DeliveryRate;
import dev.usernameregistry.net.udx.congestion.Rack;
import dev.usernameregistry.net.udx.congestion.RoundTrip;
import org.jspecify.annotations.Nullable;

/**
 * Decides which packets of a stream are lost and when to send something just to find out, and keeps
 * the measurements that this needs.
 */
final class Recovery {
  private static final long MILLI = 1_000_000L;

  /** Timeouts that one packet survives; at the next one the peer counts as gone. */
  private static final int TIMEOUTS_MAX = 6;

  /** How much longer than asked a peer may hold back an acknowledgement of a single packet. */
  private static final long ACK_DELAY_NANOS_MAX = 2 * MILLI;

  private enum State {
    /** Nothing is missing. */
    OPEN,
    /** Packets were overtaken and taken for lost. */
    RECOVERY,
    /** The oldest packet was not acknowledged in time. */
    LOSS
  }

  private final SentPackets packets;
  private final MtuSearch mtu;
  private final Timers timers;
  private final RoundTrip roundTrip = new RoundTrip();
  private final Rack rack = new Rack();
  private final DeliveryRate rate = new DeliveryRate();
  private final CongestionControl congestion = new Bbr();
  private State state = State.OPEN;

  /** The stream is whole again when all numbers before this one are acknowledged. */
  private int recoveryPoint;

  /** Packets that the peer reported beyond a hole. */
  private int sackedPackets;

  /** Whether losing the tail may be tested; once for each measured round trip. */
  private boolean probePermitted = true;

  /** Whether a packet is to leave now to test whether the tail was lost. */
  private boolean probeOwed;

  Recovery(SentPackets packets, MtuSearch mtu, Timers timers) {
    this.packets = packets;
    this.mtu = mtu;
    this.timers = timers;
  }

  CongestionControl congestion() {
    return congestion;
  }

  RoundTrip roundTrip() {
    return roundTrip;
  }

  /** Returns whether a tail loss probe is owed, and takes note of it. */
  boolean takeProbe() {
    boolean owed = probeOwed;
    probeOwed = false;
    return owed;
  }

  /** Notes that there is nothing more to send though more might be in flight. */
  void appLimited() {
    rate.appLimited(packets.inFlightCount());
  }

  /** Stamps a packet that leaves now and puts it in flight. */
  void sent(SentPacket packet, boolean restart, long nowNanos) {
    if (restart) {
      congestion.restarted(rate, nowNanos);
    }
    rate.sent(packet, packets.inFlightCount() == 0, nowNanos);
    packet.transmissions++;
    packets.toInFlight(packet);
    if (!timers.isSet(Timer.RETRANSMIT)) {
      timers.set(Timer.RETRANSMIT, nowNanos + roundTrip.timeoutNanos());
    }
    if (packet.transmissions == 1) {
      armTailLoss(nowNanos);
    }
  }

  /** Starts to take in one acknowledgement. */
  void beginAcknowledgement() {
    rate.begin();
  }

  /** Takes in a packet that is acknowledged for the first time, with all before it or not. */
  void delivered(SentPacket packet, long nowNanos) {
    long rtt = nowNanos - packet.sentNanos();
    boolean sentOnce = packet.transmissions == 1;
    if (sentOnce) {
      roundTrip.sample(rtt, nowNanos);
      probePermitted = true;
    }
    rack.delivered(packet.seq, packet.sentNanos(), rtt, sentOnce, roundTrip.minNanos());
    rate.acknowledged(packet, sentOnce, nowNanos);
    mtu.acknowledged();
    if (packet.probe) {
      packet.probe = false;
      mtu.probeAcknowledged();
    }
  }

  /** Notes that a packet was reported beyond a hole, or that one of those is acknowledged now. */
  void changeSacked(int packetCount) {
    sackedPackets += packetCount;
  }

  /** Draws the conclusions from one acknowledgement. */
  void endAcknowledgement(boolean advanced, boolean anyDelivered, long nowNanos) {
    if (state != State.OPEN && packets.una() - recoveryPoint >= 0) {
      state = State.OPEN;
      congestion.recoveryEnded();
    }
    boolean anyLost = detectLosses(nowNanos);
    if (anyDelivered || anyLost) {
      rate.finish(roundTrip.minNanos(), nowNanos);
      congestion.acknowledged(rate, packets.inFlightCount(), nowNanos);
    }
    if (packets.isEmpty()) {
      stopTimers();
      return;
    }
    if (advanced) {
      timers.set(Timer.RETRANSMIT, nowNanos + roundTrip.timeoutNanos());
      armTailLoss(nowNanos);
    } else if (sackedPackets > 0) {
      timers.stop(Timer.TAIL_LOSS);
    }
    if (state != State.OPEN && anyDelivered) {
      armSilence(nowNanos);
    }
  }

  /** Acts on the timers; returns false if the peer counts as gone. */
  boolean onTimeout(long nowNanos) {
    if (timers.take(Timer.REORDER, nowNanos)) {
      detectLosses(nowNanos);
    }
    if (timers.take(Timer.TAIL_LOSS, nowNanos)) {
      probePermitted = false;
      probeOwed = true;
      timers.set(Timer.RETRANSMIT, nowNanos + roundTrip.timeoutNanos());
    }
    return !timers.take(Timer.RETRANSMIT, nowNanos) || retransmit(nowNanos);
  }

  private void stopTimers() {
    probeOwed = false;
    timers.stop(Timer.RETRANSMIT);
    timers.stop(Timer.REORDER);
    timers.stop(Timer.TAIL_LOSS);
  }

  /** Starts the timer that reveals a lost tail, unless another one will sooner. */
  private void armTailLoss(long nowNanos) {
    timers.stop(Timer.TAIL_LOSS);
    if (!probePermitted || state != State.OPEN || sackedPackets > 0) {
      return;
    }
    long delay = 1_000 * MILLI;
    if (roundTrip.isSampled()) {
      boolean single = packets.inFlightCount() == 1;
      delay = 2 * roundTrip.smoothedNanos() + (single ? ACK_DELAY_NANOS_MAX : 0);
    }
    if (nowNanos + delay - timers.at(Timer.RETRANSMIT) < 0) {
      timers.set(Timer.TAIL_LOSS, nowNanos + delay);
    }
  }

  /**
   * The reference tests the tail only while nothing is missing. If all that was repeated last is
   * lost again, as it may be where buffers are short, nothing would come back for a second.
   */
  private void armSilence(long nowNanos) {
    long delay = 2 * roundTrip.smoothedNanos() + ACK_DELAY_NANOS_MAX;
    timers.set(Timer.TAIL_LOSS, nowNanos + delay);
  }

  /** Finds the packets in flight that others have overtaken for too long; returns if any. */
  private boolean detectLosses(long nowNanos) {
    rack.updateWindow(
        state != State.OPEN, sackedPackets, roundTrip.minNanos(), roundTrip.smoothedNanos());
    timers.stop(Timer.REORDER);
    boolean any = false;
    boolean congested = false;
    SentPacket packet = packets.firstInFlight();
    while (packet != null && rack.wasOvertaken(packet.seq, packet.sentNanos())) {
      long lostAtNanos = rack.lostAtNanos(packet.sentNanos());
      if (lostAtNanos - nowNanos > 0) {
        timers.set(Timer.REORDER, lostAtNanos);
        break;
      }
      SentPacket following = packet.following;
      any = true;
      congested |= lose(packet);
      packet = following;
    }
    if (congested && state == State.OPEN) {
      state = State.RECOVERY;
      recoveryPoint = packets.next();
      congestion.recoveryBegan();
    }
    return any;
  }

  /** Takes a packet for lost; returns whether that is a sign of congestion. */
  private boolean lose(SentPacket packet) {
    packets.toLost(packet);
    boolean probe = endProbe(packet);
    if (!probe) {
      rate.lost();
    }
    return !probe;
  }

  /** Notes that a packet will go without its padding from now on; returns whether it had any. */
  boolean endProbe(SentPacket packet) {
    boolean probe = packet.probe;
    if (probe) {
      packet.probe = false;
      mtu.probeLost();
    }
    return probe;
  }

  /** Acts on the retransmission timeout; returns false if it passed too often. */
  private boolean retransmit(long nowNanos) {
    if (packets.isEmpty()) {
      return true;
    }
    SentPacket oldest = packets.get(packets.una());
    if (++oldest.timeouts > TIMEOUTS_MAX) {
      return false;
    }
    loseOverdue(oldest, nowNanos);
    state = State.LOSS;
    recoveryPoint = packets.next();
    congestion.timedOut(packets.inFlightCount());
    timers.stop(Timer.TAIL_LOSS);
    timers.stop(Timer.REORDER);
    timers.set(Timer.RETRANSMIT, nowNanos + 2 * roundTrip.timeoutNanos());
    return true;
  }

  /** Takes all packets for lost that may be, the oldest in any case, in the order of numbers. */
  private void loseOverdue(SentPacket oldest, long nowNanos) {
    for (int seq = packets.una(); seq != packets.next(); seq++) {
      SentPacket packet = packets.get(seq);
      boolean overdue = packet == oldest || rack.isOverdue(packet.sentNanos(), nowNanos);
      if (packet.place == SentPacket.Place.LOST) {
        packets.toLost(packet);
      } else if (packet.place == SentPacket.Place.IN_FLIGHT && overdue) {
        lose(packet);
      }
    }
  }

  /** Returns the packet that a tail loss probe repeats, or null. */
  @Nullable SentPacket tail() {
    return packets.lastInFlight();
  }
}
