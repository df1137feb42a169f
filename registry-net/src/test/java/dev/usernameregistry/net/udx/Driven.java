package dev.usernameregistry.net.udx;

import dev.usernameregistry.codec.Ipv4Address;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** One node with one stream that a test plays the peer of, on a clock that the test moves. */
final class Driven {
  static final long MILLI = 1_000_000L;
  static final Ipv4Address PEER = Ipv4Address.of("10.0.0.2", 2000);

  /** One datagram that the node sent. */
  record Sent(long nanos, Route route, byte[] bytes) {
    Packet packet() {
      return Packet.decode(ByteBuffer.wrap(bytes));
    }
  }

  final UdxStreams streams;
  final UdxStream stream;
  final List<Sent> sent = new ArrayList<>();

  /** What the stream's user, who reads at once, has read since the test asked last. */
  private final ByteArrayOutputStream read = new ByteArrayOutputStream();

  long nowNanos = -5 * MILLI;

  Driven(UdxOptions options, int localId, int initialSeq, int initialRemoteSeq) {
    streams = new UdxStreams(options);
    stream = streams.create(localId, (socket, from, now) -> true, initialSeq, initialRemoteSeq);
  }

  /** Gives the node one datagram; returns whether it was for the stream. */
  boolean receive(byte[] datagram) {
    return receiveFrom(PEER, datagram);
  }

  boolean receiveFrom(Ipv4Address from, byte[] datagram) {
    boolean forStream = streams.receive(0, from, ByteBuffer.wrap(datagram), nowNanos);
    read.writeBytes(readAll(stream));
    pump();
    return forStream;
  }

  /** Lets so much time pass, and the node do what it wants in it. */
  void run(long nanos) {
    long end = nowNanos + nanos;
    pump();
    for (long at; (at = streams.nextTimeoutNanos()) != Long.MAX_VALUE && at - end <= 0; ) {
      nowNanos = Math.max(nowNanos, at);
      streams.onTimeout(nowNanos);
      pump();
    }
    nowNanos = end;
  }

  void pump() {
    ByteBuffer out = ByteBuffer.allocate(UdxStreams.DATAGRAM_BYTES_MAX);
    for (Route route; (route = streams.nextDatagram(out, nowNanos)) != null; out.clear()) {
      byte[] datagram = new byte[out.flip().remaining()];
      out.get(datagram);
      sent.add(new Sent(nowNanos, route, datagram));
    }
  }

  /** Returns all that was read since the last call. */
  byte[] read() {
    byte[] bytes = read.toByteArray();
    read.reset();
    return bytes;
  }

  static byte[] readAll(UdxStream stream) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer bytes; (bytes = stream.read()) != null; ) {
      byte[] part = new byte[bytes.remaining()];
      bytes.get(part);
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
