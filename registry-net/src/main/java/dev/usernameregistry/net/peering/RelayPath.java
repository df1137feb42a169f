package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.net.peering.Alarms.Alarm;
import dev.usernameregistry.net.peering.Joint.Way;
import dev.usernameregistry.net.peering.message.PairMessage;
import dev.usernameregistry.net.peering.message.RelayThrough;
import org.jspecify.annotations.Nullable;

/**
 * Our side of a meeting at a blind relay: a connection to the relay, over which it is asked to join
 * our stream with the peer's. The connection has to last as long as the stream runs through the
 * relay.
 */
final class RelayPath implements BlindRelays.Listener {
  /** How long both sides have to get there. */
  static final long PATIENCE_NANOS = 15_000_000_000L;

  /** Hears how the meeting ends: one call at most. */
  interface Owner {
    /** The relay joined the streams: ours is to be connected to {@code relayStreamId} there. */
    void paired(Way way, int relayStreamId, long nowNanos);

    /** The relay cannot be used. */
    void relayFailed(long nowNanos);
  }

  private enum State {
    /** The connection to the relay is being made. */
    CONNECTING,
    /** The relay was asked to join the streams. */
    ASKED,
    /** The streams are joined. */
    PAIRED,
    /** Final. */
    CLOSED
  }

  private final Alarms alarms;
  private final PairMessage request;
  private final Joint joint;
  private final Owner owner;
  private final BlindRelays.Connection connection;
  private final Alarm patience;
  private State state = State.CONNECTING;
  private @Nullable Way way;

  /**
   * Begins to connect to the relay.
   *
   * @param initiator whether our side proposed the relay
   * @param joint our stream
   */
  RelayPath(
      PeeringContext context,
      RelayThrough relay,
      boolean initiator,
      Joint joint,
      Owner owner,
      long nowNanos) {
    this.alarms = context.alarms();
    this.request = new PairMessage(initiator, relay.token(), joint.streamId());
    this.joint = joint;
    this.owner = owner;
    this.patience = alarms.set(PATIENCE_NANOS, this::closed, nowNanos);
    this.connection = context.relays().connect(relay.publicKey(), this, nowNanos);
  }

  @Override
  public void opened(int socket, Ipv4Address remote, long nowNanos) {
    if (state == State.CONNECTING) {
      state = State.ASKED;
      Way met = new Way(socket, remote);
      way = met;
      joint.meetAt(met);
      connection.send(PairMessage.TYPE, request.encode(), nowNanos);
    }
  }

  @Override
  public void received(int type, byte[] message, long nowNanos) {
    if (type != PairMessage.TYPE || state != State.ASKED || way == null) {
      return;
    }
    PairMessage answer;
    try {
      answer = PairMessage.decode(message);
    } catch (MalformedMessageException e) {
      closed(nowNanos);
      return;
    }
    if (answer.initiator() == request.initiator() && answer.token().equals(request.token())) {
      state = State.PAIRED;
      alarms.stop(patience);
      owner.paired(way, answer.streamId(), nowNanos);
    }
  }

  /** The relay or our patience ended; a stream that is joined notices by itself. */
  @Override
  public void closed(long nowNanos) {
    boolean failed = state == State.CONNECTING || state == State.ASKED;
    close(nowNanos);
    if (failed) {
      owner.relayFailed(nowNanos);
    }
  }

  /** Ends the connection to the relay; the owner is not told. */
  void close(long nowNanos) {
    if (state != State.CLOSED) {
      state = State.CLOSED;
      alarms.stop(patience);
      connection.close(nowNanos);
    }
  }
}
