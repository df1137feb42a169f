package dev.usernameregistry.net.udx;

import dev.usernameregistry.codec.Ipv4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One reliable stream: bytes in order both ways, and messages that may get lost. Belongs to a
 * {@link UdxStreams}, which receives and sends for it; the same event loop owns both.
 */
public final class UdxStream {
  /** The longest message. */
  public static final int MESSAGE_BYTES_MAX = Packet.SENT_BYTES_MAX - Packet.HEADER_BYTES;

  /** Whether {@link UdxStreams} has it among those that may have something to send. */
  boolean isReady;

  /** Whether {@link UdxStreams} has it among those that the caller should look at. */
  boolean isChanged;

  /** Place and time in {@link Wakeups}; a place of -1 is none. */
  int wakeIndex = -1;

  long wakeNanos;

  /** Next stream in {@link StreamTable}. */
  @Nullable UdxStream nextInBucket;

  private final UdxStreams streams;
  private final int localId;
  private final FirstPacket hook;
  private final Timers timers = new Timers();
  private final Inbound inbound;
  private final Outbound outbound;
  private final Outgoing outgoing;
  private final Heartbeats heartbeats;
  private final List<UdxStream> relaySources = new ArrayList<>();
  private StreamState state = StreamState.UNCONNECTED;
  private @Nullable CloseReason closeReason;
  private @Nullable UdxStream relayTarget;

  /** Whether the caller knows that it should not write, and is to be told when it may. */
  private boolean blocked;

  private long receivedCount;

  UdxStream(
      UdxStreams streams, int localId, FirstPacket hook, int initialSeq, int initialRemoteSeq) {
    UdxOptions options = streams.options();
    this.streams = streams;
    this.localId = localId;
    this.hook = hook;
    this.inbound = new Inbound(initialRemoteSeq, options.receiveBytesMax());
    this.outbound = new Outbound(initialSeq, initialRemoteSeq, options.packetBytesMax(), timers);
    this.outgoing = new Outgoing(inbound, outbound);
    this.heartbeats = new Heartbeats(timers, outbound, outgoing);
  }

  /** Returns the id that the peer puts in its packets. */
  public int localId() {
    return localId;
  }

  /** Returns how far the stream has come. */
  public StreamState state() {
    return state;
  }

  /** Returns why the stream is closed; null while it is not. */
  public @Nullable CloseReason closeReason() {
    return closeReason;
  }

  /**
   * Sets where packets go. Sends nothing by itself, except what is owed for packets that came
   * before.
   *
   * @throws IllegalStateException unless the stream is unconnected
   */
  public void connect(int socket, int remoteId, Ipv4Address remote, long nowNanos) {
    require(StreamState.UNCONNECTED);
    state = state.to(StreamState.CONNECTED);
    Route route = new Route(socket, remote);
    outgoing.connect(route, remoteId);
    outbound.connect(route, remoteId);
    settle(nowNanos);
  }

  /**
   * Sends everything new another way from now on; what was sent already is repeated the old way.
   * The stream changes when all of that is acknowledged.
   *
   * @throws IllegalStateException unless the stream is connected
   */
  public void changeRemote(int socket, int remoteId, Ipv4Address remote, long nowNanos) {
    require(StreamState.CONNECTED);
    Route route = new Route(socket, remote);
    outgoing.connect(route, remoteId);
    outbound.changeRoute(route, remoteId);
    settle(nowNanos);
  }

  /** Returns whether packets are unacknowledged that went the way before the last change. */
  public boolean isRemoteChanging() {
    return outbound.isChanging();
  }

  /**
   * Passes on every packet that comes in, unread, to the peer of another stream. Done on both
   * streams, they are the legs of a relay. When one closes, so does the other.
   *
   * @throws IllegalStateException if it was called before, or one of the streams is closed
   */
  public void relayTo(UdxStream destination) {
    if (relayTarget != null || isClosed() || destination.isClosed()) {
      throw new IllegalStateException("stream " + localId + " is " + state + " or a relay");
    }
    relayTarget = destination;
    destination.relaySources.add(this);
  }

  /**
   * Queues bytes to be delivered in order. Copies them. Does nothing once closed.
   *
   * @throws IllegalStateException if the stream is not connected yet, or was ended
   */
  public void write(ByteBuffer bytes, long nowNanos) {
    requireOpen();
    if (isClosed() || !bytes.hasRemaining()) {
      return;
    }
    outbound.write(bytes);
    blocked = !hasRoom();
    heartbeats.queued();
    settle(nowNanos);
  }

  /** Returns whether {@link #write} makes sense now; if not, the stream changes when it does. */
  public boolean isWritable() {
    blocked = !hasRoom();
    return !blocked;
  }

  private boolean hasRoom() {
    return state == StreamState.CONNECTED
        && !outbound.isEndQueued()
        && outbound.queuedBytes() < streams.options().writeBytesMax() + outbound.windowBytes();
  }

  /** Returns how many written bytes the peer has not acknowledged. */
  public long unacknowledgedBytes() {
    return outbound.queuedBytes();
  }

  /**
   * Ends our side after everything written; the peer may go on. Does nothing once closed.
   *
   * @throws IllegalStateException if the stream is not connected yet, or was ended
   */
  public void end(long nowNanos) {
    requireOpen();
    if (!isClosed()) {
      outbound.end();
      heartbeats.queued();
      settle(nowNanos);
    }
  }

  /**
   * Closes at once and tells the peer, if one is known, and again if it goes on sending. What was
   * not delivered is lost.
   */
  public void destroy(long nowNanos) {
    if (!isClosed()) {
      close(CloseReason.DESTROYED, nowNanos);
      inbound.clear();
    }
  }

  /**
   * Returns the next bytes, at least one, or null. The buffer is the caller's to keep. What had
   * arrived in order can be read even after the stream closed, unless we destroyed it.
   */
  public @Nullable ByteBuffer read() {
    ByteBuffer bytes = inbound.read();
    if (bytes != null && state == StreamState.CONNECTED && inbound.mustTellWindow()) {
      outgoing.oweAcknowledgement();
      streams.touched(this);
    }
    return bytes;
  }

  /** Returns whether the peer ended its side and all its bytes were read. */
  public boolean remoteEnded() {
    return inbound.isEnded() && inbound.unreadBytes() == 0;
  }

  /**
   * Queues one message, which may get lost, come twice or overtake other things. Copies it. Does
   * nothing once closed, or if too many wait.
   *
   * @throws IllegalStateException if the stream is not connected yet
   * @throws IllegalArgumentException if it is longer than {@link #MESSAGE_BYTES_MAX}
   */
  public void sendMessage(ByteBuffer message) {
    if (message.remaining() > MESSAGE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a message of " + message.remaining() + " bytes, at most " + MESSAGE_BYTES_MAX);
    }
    if (state == StreamState.UNCONNECTED) {
      throw new IllegalStateException("stream " + localId + " is " + state);
    }
    if (!isClosed()) {
      outgoing.message(message);
      streams.touched(this);
    }
  }

  /** Returns the next message of the peer, which may be empty, or null. */
  public @Nullable ByteBuffer nextMessage() {
    return inbound.nextMessage();
  }

  /** Sends a heartbeat whenever everything was acknowledged for so long; 0 turns that off. */
  public void setKeepAlive(long intervalNanos, long nowNanos) {
    heartbeats.keepAlive(intervalNanos);
    if (!isClosed()) {
      settle(nowNanos);
    }
  }

  /** Returns what the stream has done so far. */
  public StreamStatistics statistics() {
    return outbound.statistics(receivedCount);
  }

  /** Takes in one packet for this stream. */
  void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    if (!isAccepted(socket, from, nowNanos)) {
      return;
    }
    receivedCount++;
    Packet packet = Packet.decode(datagram);
    if (relayTarget != null) {
      relayTarget.outgoing.relay(datagram);
      streams.touched(relayTarget);
      if (packet.has(Packet.DESTROY)) {
        close(CloseReason.RESET, nowNanos);
      }
      return;
    }
    int payloadAt = datagram.position() + Packet.HEADER_BYTES + packet.dataOffset();
    if (packet.has(Packet.HEARTBEAT)) {
      outgoing.oweAcknowledgement();
    } else if (payloadAt <= datagram.limit()) {
      take(packet, datagram, payloadAt, nowNanos);
    }
    if (!isClosed()) {
      settle(nowNanos);
    }
  }

  /** Writes the next datagram of this stream; returns where it goes, or null. */
  @Nullable Route nextDatagram(ByteBuffer out, long nowNanos) {
    return outgoing.next(out, nowNanos);
  }

  /** Acts on every timer due. */
  void onTimeout(long nowNanos) {
    timers.take(Timer.PACE, nowNanos);
    if (!outbound.recovery().onTimeout(nowNanos)) {
      boolean clean = inbound.isEnded() && outbound.isOnlyEndMissing();
      close(clean ? CloseReason.ENDED : CloseReason.TIMED_OUT, nowNanos);
      return;
    }
    heartbeats.onTimeout(nowNanos);
    settle(nowNanos);
  }

  long nextTimeoutNanos() {
    return timers.nextNanos();
  }

  private boolean isClosed() {
    return state == StreamState.CLOSED;
  }

  private void require(StreamState wanted) {
    if (state != wanted) {
      throw new IllegalStateException("stream " + localId + " is " + state);
    }
  }

  private void requireOpen() {
    if (state == StreamState.UNCONNECTED || outbound.isEndQueued()) {
      throw new IllegalStateException("stream " + localId + " is not connected, or was ended");
    }
  }

  private boolean isAccepted(int socket, Ipv4Address from, long nowNanos) {
    Route route = outgoing.route();
    boolean known = route != null && route.socket() == socket;
    return known || (hook.accept(socket, from, nowNanos) && !isClosed());
  }

  private void take(Packet packet, ByteBuffer datagram, int payloadAt, long nowNanos) {
    boolean numbered = packet.has(Packet.DATA | Packet.END);
    boolean current = packet.seq() - inbound.next() >= 0;
    if (numbered && !inbound.accept(packet, datagram, payloadAt)) {
      return;
    }
    if (current && packet.has(Packet.DESTROY)) {
      close(CloseReason.RESET, nowNanos);
      return;
    }
    if (packet.has(Packet.MESSAGE)) {
      inbound.acceptMessage(datagram, payloadAt);
    }
    if (packet.has(Packet.DATA | Packet.END | Packet.MESSAGE)) {
      streams.changed(this);
    }
    if (packet.ack() - outbound.next() > 0) {
      return;
    }
    boolean endedBefore = outbound.isEndAcknowledged();
    boolean changingBefore = outbound.isChanging();
    outbound.acknowledge(packet, datagram, nowNanos);
    if (changingBefore && !outbound.isChanging()) {
      streams.changed(this);
    }
    boolean endsNow = !endedBefore && outbound.isEndAcknowledged();
    if (numbered || (endsNow && !inbound.isEnded())) {
      outgoing.oweAcknowledgement();
    }
    if (inbound.isEnded() && outbound.isEndAcknowledged()) {
      close(CloseReason.ENDED, nowNanos);
    }
  }

  /** Brings what depends on the whole in line after a change, and asks to be sent for. */
  private void settle(long nowNanos) {
    if (blocked && hasRoom()) {
      blocked = false;
      streams.changed(this);
    }
    if (state == StreamState.CONNECTED) {
      heartbeats.settle(nowNanos);
    }
    streams.touched(this);
  }

  private void close(CloseReason reason, long nowNanos) {
    boolean ended = reason == CloseReason.ENDED;
    boolean destroyed = reason == CloseReason.DESTROYED && relayTarget == null;
    outgoing.close(ended, destroyed);
    state = state.to(StreamState.CLOSED);
    closeReason = reason;
    timers.stopAll();
    outbound.clear();
    inbound.clearEarly();
    streams.closed(this);
    Route route = outgoing.route();
    if (route != null && (ended || destroyed)) {
      streams.bury(localId, route, outgoing.lastWord(destroyed), nowNanos);
    }
    streams.touched(this);
    streams.changed(this);
    closeRelay(nowNanos);
  }

  private void closeRelay(long nowNanos) {
    if (relayTarget != null) {
      relayTarget.relaySources.remove(this);
    }
    for (UdxStream source : List.copyOf(relaySources)) {
      if (!source.isClosed()) {
        source.close(CloseReason.RELAY_CLOSED, nowNanos);
      }
    }
  }
}
