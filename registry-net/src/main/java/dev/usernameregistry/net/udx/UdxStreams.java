package dev.usernameregistry.net.udx;

import dev.usernameregistry.codec.Ipv4Address;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * All streams of a node, over any number of sockets. Has no thread, socket or clock: the caller
 * brings datagrams and the time, and asks what to send and when to wake. Not thread-safe; one event
 * loop owns it.
 *
 * <p>After each call of {@link #receive} or {@link #onTimeout}, and of any method of a stream, ask
 * {@link #nextDatagram} until it returns null, then {@link #nextTimeoutNanos}. Each packet with
 * data is acknowledged by one datagram if that is done after every packet; after several packets at
 * once, one acknowledgement covers them.
 */
public final class UdxStreams {
  /** The longest datagram that {@link #nextDatagram} writes: one that a relay passes on. */
  public static final int DATAGRAM_BYTES_MAX = Packet.DATAGRAM_BYTES_MAX;

  private final UdxOptions options;
  private final StreamTable table = new StreamTable();
  private final Tombstones tombstones;
  private final Wakeups wakeups = new Wakeups();

  /** Streams that may have something to send. Each is in it at most once. */
  private final Queue<UdxStream> ready = new ArrayDeque<>();

  /** Streams that the caller should look at. Each is in it at most once. */
  private final Queue<UdxStream> changed = new ArrayDeque<>();

  /** Creates a node without streams. */
  public UdxStreams(UdxOptions options) {
    this.options = options;
    this.tombstones = new Tombstones(options.tombstoneNanos());
  }

  /**
   * Returns a new stream that is not connected.
   *
   * @param localId what the peer puts in its packets for this stream
   * @param hook decides on packets that come in before the stream is connected
   * @throws IllegalArgumentException if {@link #isFree} is false for the id
   */
  public UdxStream create(int localId, FirstPacket hook) {
    return create(localId, hook, 0, 0);
  }

  /** Returns a new stream that counts its packets, and the peer's, from other numbers than 0. */
  UdxStream create(int localId, FirstPacket hook, int initialSeq, int initialRemoteSeq) {
    if (!isFree(localId)) {
      throw new IllegalArgumentException("stream id " + localId + " is in use");
    }
    tombstones.remove(localId);
    UdxStream stream = new UdxStream(this, localId, hook, initialSeq, initialRemoteSeq);
    table.add(stream);
    return stream;
  }

  /** Returns whether no live stream has this id. */
  public boolean isFree(int localId) {
    return table.get(localId) == null;
  }

  /** Returns how many streams are not closed. */
  public int count() {
    return table.count();
  }

  /**
   * Takes in one datagram and copies what it keeps; its position and limit stay. Never throws for
   * what it holds.
   *
   * @return false if it is not for a live stream, but a plain datagram
   */
  public boolean receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    if (!Packet.isPacket(datagram)) {
      return false;
    }
    UdxStream stream = table.get(Packet.id(datagram));
    if (stream == null) {
      tombstones.receive(datagram, nowNanos);
      return false;
    }
    int limit = datagram.limit();
    datagram.limit(Math.min(limit, datagram.position() + DATAGRAM_BYTES_MAX));
    stream.receive(socket, from, datagram, nowNanos);
    datagram.limit(limit);
    return true;
  }

  /**
   * Writes the next datagram at the position of {@code out}, which needs room for {@link
   * #DATAGRAM_BYTES_MAX} bytes. Streams take turns.
   *
   * @return where it goes, or null if there is nothing to send now
   */
  public @Nullable Route nextDatagram(ByteBuffer out, long nowNanos) {
    Route route = tombstones.nextDatagram(out);
    if (route != null) {
      return route;
    }
    for (UdxStream stream; (stream = ready.poll()) != null; ) {
      route = stream.nextDatagram(out, nowNanos);
      wakeups.wakeBy(stream, stream.nextTimeoutNanos());
      if (route != null) {
        ready.add(stream);
        return route;
      }
      stream.isReady = false;
    }
    return null;
  }

  /** Acts on every timer due at {@code nowNanos}; harmless to call early. */
  public void onTimeout(long nowNanos) {
    for (UdxStream stream; (stream = wakeups.takeDue(nowNanos)) != null; ) {
      stream.onTimeout(nowNanos);
    }
  }

  /**
   * Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. It may
   * turn out that there was nothing to do yet.
   */
  public long nextTimeoutNanos() {
    return wakeups.nextNanos();
  }

  /**
   * Returns the next stream that has something to read, became writable, has gone over to another
   * way, ended or closed since it was returned last, or null. May name a stream for which that is
   * over again.
   */
  public @Nullable UdxStream nextChanged() {
    UdxStream stream = changed.poll();
    if (stream != null) {
      stream.isChanged = false;
    }
    return stream;
  }

  /**
   * Returns a datagram that carries nothing and asks for nothing, for the stream of a peer's with
   * this id. If that is not connected yet, its hook learns where the datagram came from.
   */
  public static byte[] knock(int remoteId) {
    ByteBuffer out = ByteBuffer.allocate(Packet.HEADER_BYTES);
    int window = UdxOptions.DEFAULT.receiveBytesMax();
    new Packet(Packet.STATE, 0, remoteId, window, 0, 0).encode(out);
    return out.array();
  }

  UdxOptions options() {
    return options;
  }

  /** Notes that a stream may have something to send, and when it wants to be woken. */
  void touched(UdxStream stream) {
    if (!stream.isReady) {
      stream.isReady = true;
      ready.add(stream);
    }
    wakeups.wakeBy(stream, stream.nextTimeoutNanos());
  }

  /** Notes that the caller should look at a stream. */
  void changed(UdxStream stream) {
    if (!stream.isChanged) {
      stream.isChanged = true;
      changed.add(stream);
    }
  }

  /** Frees the id of a stream. */
  void closed(UdxStream stream) {
    table.remove(stream);
    wakeups.remove(stream);
  }

  /** Answers for a closed stream, for a while. */
  void bury(int localId, Route route, Packet answer, long nowNanos) {
    tombstones.add(localId, route, answer, nowNanos);
  }
}
