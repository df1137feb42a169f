package dev.usernameregistry.net.udx;

/**
 * Finds the longest packet that the way to the peer carries, by padding some data packets. Sizes
 * include the IP and UDP headers.
 *
 * <p>Starts at 1200, which is tried first; then 32 more with each probe that arrives, up to the
 * limit. A size that was lost three times ends the search.
 */
final class MtuSearch {
  static final int MTU_BASE = 1200;
  static final int MTU_MAX = 1500;

  /** Bytes of a data packet that are not payload: 20 of IPv4, 8 of UDP, and our header. */
  static final int OVERHEAD_BYTES = 20 + 8 + Packet.HEADER_BYTES;

  private static final int STEP = 32;
  private static final int TRIES_MAX = 3;
  private static final int PADDING_MAX = 255;

  private enum State {
    /** Nothing was acknowledged yet. */
    IDLE,
    /** The next full packet is to be a probe. */
    WANTED,
    /** A probe is under way. */
    PROBING,
    /** The limit is reached, or the size above did not get through. */
    DONE
  }

  private final int mtuMax;
  private State state = State.IDLE;
  private int mtu = MTU_BASE;
  private int probe = MTU_BASE;
  private int tries;

  MtuSearch(int mtuMax) {
    this.mtuMax = mtuMax;
  }

  /** Returns how much payload a packet may have. */
  int payloadBytesMax() {
    return mtu - OVERHEAD_BYTES;
  }

  /** Starts again, on another way to the peer. */
  void restart() {
    state = State.IDLE;
    mtu = MTU_BASE;
    probe = MTU_BASE;
    tries = 0;
  }

  /** Notes that something was acknowledged: the way works at the base size. */
  void acknowledged() {
    if (state == State.IDLE) {
      state = mtuMax > MTU_BASE ? State.WANTED : State.DONE;
    }
  }

  /** Returns whether a packet with so much payload is to be padded to {@link #probe}. */
  boolean wantsProbe(int payloadBytes) {
    int padding = padding(payloadBytes);
    return state == State.WANTED
        && payloadBytes == payloadBytesMax()
        && padding >= 0
        && padding <= PADDING_MAX;
  }

  /** Returns the size that is being tried. */
  int probe() {
    return probe;
  }

  /** Returns how many bytes fill a packet up to the size that is being tried. */
  int padding(int payloadBytes) {
    return probe - OVERHEAD_BYTES - payloadBytes;
  }

  void probeSent() {
    state = State.PROBING;
    tries++;
  }

  void probeAcknowledged() {
    mtu = probe;
    tries = 0;
    probe = Math.min(mtu + STEP, mtuMax);
    state = mtu < mtuMax ? State.WANTED : State.DONE;
  }

  void probeLost() {
    state = tries < TRIES_MAX ? State.WANTED : State.DONE;
  }
}
