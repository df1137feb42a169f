package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.noise.SessionKeys;
import org.jspecify.annotations.Nullable;

/**
 * Our end of the stream of one handshake, until it is connected the way it stays. The first way to
 * the peer that works wins; a way through a blind relay gives place to a direct one.
 */
final class Joint implements FirstPacket {
  /** How the stream is connected. */
  enum State {
    /** To nobody yet. */
    OPEN,
    /** Through a blind relay; a direct way may still be found. */
    RELAYED,
    /** To the peer itself. Final, but for the stream's end. */
    DIRECT,
    /** The stream has ended. Final. */
    ENDED
  }

  /** Where packets come from. */
  record Way(int socket, Ipv4Address remote) {}

  /** Told when the peer itself sends to the stream. */
  interface Owner {
    /** A packet came from where the stream is not connected to. */
    void heard(Way way, long nowNanos);

    /** The stream, which was connected through a blind relay, has ended. */
    void relayedEnded(long nowNanos);
  }

  private final Streams streams;
  private final Owner owner;
  private final int streamId;
  private State state = State.OPEN;

  /** The blind relay that was asked to carry the stream; null if there is none. */
  private @Nullable Way relay;

  /** When a packet last came over the relay although the stream is connected directly. */
  private long relayHeardNanos;

  Joint(Streams streams, Owner owner) {
    this.streams = streams;
    this.owner = owner;
    this.streamId = streams.create(this);
  }

  /** Returns what the finished handshake made of the stream. */
  Peered peered(SessionKeys keys, Way way) {
    return new Peered(streamId, keys, way.remote(), state == State.RELAYED);
  }

  int streamId() {
    return streamId;
  }

  State state() {
    return state;
  }

  /** Returns when the relay last carried a packet to us, behind {@link #direct}. */
  long relayHeardNanos() {
    return relayHeardNanos;
  }

  /** Returns whether the relay's traffic comes in on a socket of its own, so that we notice it. */
  boolean hearsRelay(int directSocket) {
    return relay != null && relay.socket() != directSocket;
  }

  /** Connects or moves the stream to the peer itself; returns false if that was done before. */
  boolean direct(Way way, int remoteId, long nowNanos) {
    switch (state) {
      case OPEN -> streams.connect(streamId, way.socket(), remoteId, way.remote(), nowNanos);
      case RELAYED ->
          streams.changeRemote(streamId, way.socket(), remoteId, way.remote(), nowNanos);
      default -> {
        return false;
      }
    }
    state = State.DIRECT;
    relayHeardNanos = nowNanos;
    return true;
  }

  /**
   * Takes note that a blind relay was asked to carry the stream. What comes from there from now on
   * is the peer's, but shows no direct way to it; it may come before the relay's answer does.
   */
  void meetAt(Way way) {
    relay = way;
  }

  /** Connects the stream through a relay; returns false if it is connected already. */
  boolean relayed(Way way, int relayId, long nowNanos) {
    if (state != State.OPEN) {
      return false;
    }
    state = State.RELAYED;
    streams.connect(streamId, way.socket(), relayId, way.remote(), nowNanos);
    return true;
  }

  /** Ends the stream, however it is connected. */
  void destroy(long nowNanos) {
    if (state != State.ENDED) {
      state = State.ENDED;
      streams.destroy(streamId, nowNanos);
    }
  }

  /** The stream has ended by itself. */
  void ended(long nowNanos) {
    State before = state;
    state = State.ENDED;
    if (before == State.RELAYED) {
      owner.relayedEnded(nowNanos);
    }
  }

  @Override
  public boolean from(int socket, Ipv4Address from, long nowNanos) {
    if (from.port() == 0 || state == State.ENDED) {
      return false;
    }
    Way way = new Way(socket, from);
    if (way.equals(relay)) {
      relayHeardNanos = nowNanos;
    } else if (state != State.DIRECT) {
      owner.heard(way, nowNanos);
    }
    return true;
  }
}
