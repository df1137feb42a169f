package dev.usernameregistry.net.udx.congestion;

/**
 * BBR version 1, in packets: keeps as much in flight as the measured bandwidth and the shortest
 * round trip multiply to, and paces packets at the measured bandwidth.
 */
public final class Bbr implements CongestionControl {
  private static final long MILLI = 1_000_000L;
  private static final double HIGH_GAIN = 2.88539;
  private static final double DRAIN_GAIN = 1 / HIGH_GAIN;
  private static final double WINDOW_GAIN = 2;
  private static final double[] CYCLE_GAINS = {1.25, 0.75, 1, 1, 1, 1, 1, 1};
  private static final int CYCLE_START = 4;

  /** Pacing stays this much below the bandwidth, so that queues shrink. */
  private static final double PACING_MARGIN = 0.99;

  private static final int INITIAL_WINDOW = 10;
  private static final int WINDOW_MIN = 4;
  private static final int WINDOW_MAX = 1 << 24;
  private static final int BANDWIDTH_ROUNDS = 10;
  private static final double FULL_GROWTH = 1.25;
  private static final int FULL_ROUNDS = 3;

  /** The aggregation bonus is at most what the bandwidth gives in this time. */
  private static final long AGGREGATION_NANOS_MAX = 100 * MILLI;

  private enum Mode {
    /** The rate more than doubles each round trip until the bandwidth grows no more. */
    STARTUP,
    /** The queue that startup built is let run off. */
    DRAIN,
    /** The rate swings around the bandwidth in a cycle of eight phases. */
    PROBE_BANDWIDTH,
    /** Hardly anything is in flight, so that the shortest round trip shows. */
    PROBE_RTT
  }

  private final WindowedMax bandwidth = new WindowedMax(BANDWIDTH_ROUNDS);
  private final AckAggregation aggregation = new AckAggregation();
  private final MinRtt minRtt = new MinRtt();
  private Mode mode = Mode.STARTUP;
  private int windowPackets = INITIAL_WINDOW;
  private int priorWindowPackets;
  private double pacingPacketsPerNano = INITIAL_WINDOW * HIGH_GAIN * PACING_MARGIN / MILLI;

  /** Round trips so far; one ends when a packet is delivered that left after the last one's end. */
  private long rounds;

  private long roundEndDelivered;
  private boolean roundStart;

  private double fullBandwidth;
  private int fullRounds;
  private boolean pipeFull;

  private int cycle;
  private long cycleNanos;
  private boolean restarted;

  private boolean recovering;
  private boolean recoveryPending;
  private boolean restorePending;
  private boolean conserving;

  @Override
  public void restarted(DeliveryRate rate, long nowNanos) {
    restarted = true;
    aggregation.restart(nowNanos);
    if (mode == Mode.PROBE_BANDWIDTH) {
      pacingPacketsPerNano = bandwidth() * PACING_MARGIN;
    }
  }

  @Override
  public void recoveryBegan() {
    savePriorWindow();
    recovering = true;
    recoveryPending = true;
    restorePending = false;
  }

  @Override
  public void recoveryEnded() {
    recovering = false;
    recoveryPending = false;
    restorePending = true;
  }

  @Override
  public void timedOut(int inFlightPackets) {
    savePriorWindow();
    recovering = true;
    recoveryPending = false;
    restorePending = false;
    conserving = false;
    windowPackets = inFlightPackets + 1;
    fullBandwidth = 0;
  }

  @Override
  public void acknowledged(DeliveryRate rate, int inFlightPackets, long nowNanos) {
    updateRound(rate);
    updateBandwidth(rate);
    if (rate.isSampled()) {
      aggregation.update(rate, roundStart, bandwidth(), windowPackets);
    }
    updateMode(rate, inFlightPackets, nowNanos);
    updateMinRtt(rate, inFlightPackets, nowNanos);
    updatePacing();
    updateWindow(rate, inFlightPackets);
    rate.clearLost();
  }

  @Override
  public int windowPackets() {
    return windowPackets;
  }

  @Override
  public double pacingPacketsPerNano() {
    return pacingPacketsPerNano;
  }

  private void savePriorWindow() {
    boolean keep = recovering || restorePending || mode == Mode.PROBE_RTT;
    priorWindowPackets = keep ? Math.max(priorWindowPackets, windowPackets) : windowPackets;
  }

  private double bandwidth() {
    return Math.max(0, bandwidth.max());
  }

  /** Returns what fits in the pipe at {@code gain} times the bandwidth. */
  private double bdp(double gain) {
    return minRtt.isKnown() ? gain * bandwidth() * minRtt.nanos() : INITIAL_WINDOW;
  }

  private void updateRound(DeliveryRate rate) {
    roundStart = false;
    if (rate.isSampled() && rate.priorDelivered() >= roundEndDelivered) {
      roundEndDelivered = rate.deliveredPackets();
      rounds++;
      roundStart = true;
      conserving = false;
    }
  }

  private void updateBandwidth(DeliveryRate rate) {
    double sample = rate.packetsPerNano();
    if (sample > 0 && (!rate.isAppLimited() || sample >= bandwidth())) {
      bandwidth.update(rounds, sample);
    }
  }

  private void updateMode(DeliveryRate rate, int inFlightPackets, long nowNanos) {
    if (mode == Mode.PROBE_BANDWIDTH && isPhaseOver(rate, inFlightPackets, nowNanos)) {
      cycle = (cycle + 1) % CYCLE_GAINS.length;
      cycleNanos = nowNanos;
    }
    checkPipe(rate);
    if (mode == Mode.STARTUP && pipeFull) {
      mode = Mode.DRAIN;
    }
    if (mode == Mode.DRAIN && inFlightPackets <= bdp(1)) {
      enterProbeBandwidth(nowNanos);
    }
  }

  private boolean isPhaseOver(DeliveryRate rate, int inFlightPackets, long nowNanos) {
    boolean lasted = nowNanos - cycleNanos > minRtt.nanos();
    double gain = CYCLE_GAINS[cycle];
    if (gain > 1) {
      return lasted && (rate.lostPackets() > 0 || inFlightPackets >= bdp(gain));
    }
    return lasted || (gain < 1 && inFlightPackets <= bdp(1));
  }

  private void checkPipe(DeliveryRate rate) {
    if (pipeFull || !roundStart || rate.isAppLimited()) {
      return;
    }
    if (bandwidth() >= fullBandwidth * FULL_GROWTH) {
      fullBandwidth = bandwidth();
      fullRounds = 0;
    } else {
      pipeFull = ++fullRounds >= FULL_ROUNDS;
    }
  }

  private void enterProbeBandwidth(long nowNanos) {
    mode = Mode.PROBE_BANDWIDTH;
    cycle = CYCLE_START;
    cycleNanos = nowNanos;
  }

  private void updateMinRtt(DeliveryRate rate, int inFlightPackets, long nowNanos) {
    boolean expired = minRtt.update(rate.rttNanos(), nowNanos);
    if (expired && !restarted && mode != Mode.PROBE_RTT) {
      savePriorWindow();
      mode = Mode.PROBE_RTT;
      minRtt.beginProbe();
    }
    if (mode == Mode.PROBE_RTT) {
      rate.appLimited(inFlightPackets);
      probeRtt(rate, inFlightPackets, nowNanos);
    }
    if (rate.isSampled()) {
      restarted = false;
    }
  }

  private void probeRtt(DeliveryRate rate, int inFlightPackets, long nowNanos) {
    if (minRtt.isProbing()) {
      if (minRtt.isProbed(roundStart, nowNanos)) {
        windowPackets = Math.max(windowPackets, priorWindowPackets);
        if (pipeFull) {
          enterProbeBandwidth(nowNanos);
        } else {
          mode = Mode.STARTUP;
        }
      }
    } else if (inFlightPackets <= WINDOW_MIN) {
      minRtt.probe(nowNanos);
      roundEndDelivered = rate.deliveredPackets();
    }
  }

  private double pacingGain() {
    return switch (mode) {
      case STARTUP -> HIGH_GAIN;
      case DRAIN -> DRAIN_GAIN;
      case PROBE_BANDWIDTH -> CYCLE_GAINS[cycle];
      case PROBE_RTT -> 1;
    };
  }

  private double windowGain() {
    return switch (mode) {
      case STARTUP, DRAIN -> HIGH_GAIN;
      case PROBE_BANDWIDTH -> WINDOW_GAIN;
      case PROBE_RTT -> 1;
    };
  }

  private void updatePacing() {
    double rate = pacingGain() * bandwidth() * PACING_MARGIN;
    if (pipeFull || rate > pacingPacketsPerNano) {
      pacingPacketsPerNano = rate;
    }
  }

  private void updateWindow(DeliveryRate rate, int inFlightPackets) {
    int acked = rate.ackedPackets();
    if (acked > 0 && !recoverOrRestore(rate, inFlightPackets)) {
      int target = targetPackets();
      if (pipeFull) {
        windowPackets = Math.min(windowPackets + acked, target);
      } else if (windowPackets < target || rate.deliveredPackets() < INITIAL_WINDOW) {
        windowPackets += acked;
      }
      windowPackets = Math.max(windowPackets, WINDOW_MIN);
    }
    if (mode == Mode.PROBE_RTT) {
      windowPackets = Math.min(windowPackets, WINDOW_MIN);
    }
  }

  private int targetPackets() {
    double bonus = 0;
    if (pipeFull) {
      bonus = Math.min(aggregation.packets(), bandwidth() * AGGREGATION_NANOS_MAX);
    }
    return (int) Math.min(WINDOW_MAX, Math.ceil(bdp(windowGain()) + bonus));
  }

  /** Returns whether the window is settled: one packet leaves for each that arrives. */
  private boolean recoverOrRestore(DeliveryRate rate, int inFlightPackets) {
    int acked = rate.ackedPackets();
    windowPackets = Math.max(1, windowPackets - rate.lostPackets());
    if (recoveryPending) {
      recoveryPending = false;
      conserving = true;
      roundEndDelivered = rate.deliveredPackets();
      windowPackets = inFlightPackets + acked;
    } else if (restorePending) {
      restorePending = false;
      conserving = false;
      windowPackets = Math.max(windowPackets, priorWindowPackets);
    }
    if (conserving) {
      windowPackets = Math.max(windowPackets, inFlightPackets + acked);
    }
    return conserving;
  }
}
