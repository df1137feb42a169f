package dev.usernameregistry.net.mux;

/** Our end of one channel. Made by {@link Mux#open}. Not thread-safe. */
public final class Channel {
  private final Mux mux;
  private final Pair pair;

  /** Our number of this channel, from 1; another channel's once this one is closed. */
  final int number;

  /** The peer's channel that was paired with this one; 0 before that. */
  int remoteNumber;

  private State state = State.OPENING;

  Channel(Mux mux, Pair pair, int number) {
    this.mux = mux;
    this.pair = pair;
    this.number = number;
  }

  /** Returns what this channel is for. */
  public Pair pair() {
    return pair;
  }

  /** Returns whether both sides have opened it and neither has closed it. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Returns whether nothing can be sent any more. */
  public boolean isClosed() {
    return state == State.CLOSED;
  }

  /**
   * Queues a message. Allowed before the peer has answered: it will read the message if it accepts
   * the channel. Does nothing once the channel is closed.
   *
   * @param payload not copied, so nobody may change it
   * @throws IllegalArgumentException if {@code type} is negative or the payload longer than {@link
   *     Mux#PAYLOAD_BYTES_MAX}
   */
  public void send(int type, byte[] payload) {
    if (type < 0) {
      throw new IllegalArgumentException("type " + type + " is negative");
    }
    if (payload.length > Mux.PAYLOAD_BYTES_MAX) {
      throw new IllegalArgumentException(
          payload.length + " bytes in one message, at most " + Mux.PAYLOAD_BYTES_MAX);
    }
    if (state != State.CLOSED) {
      mux.send(new Item.Outgoing(number, type, payload));
    }
  }

  /** Tells the peer that we are done with this channel. No event of it follows. */
  public void close() {
    if (state != State.CLOSED) {
      mux.close(this);
    }
  }

  void become(State next) {
    if (!state.mayBecome(next)) {
      throw new IllegalStateException(state + " to " + next);
    }
    state = next;
  }

  @Override
  public String toString() {
    return "Channel[" + number + ", " + pair + ", " + state + "]";
  }

  /** How far a channel is. */
  enum State {
    /** Our open is out; the peer has not answered. */
    OPENING,
    /** Both sides opened the channel. */
    OPEN,
    /** Final. */
    CLOSED;

    boolean mayBecome(State next) {
      return this != CLOSED && compareTo(next) < 0;
    }
  }
}
