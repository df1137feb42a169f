package dev.usernameregistry.examples.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.net.netty.DatagramMachine;
import dev.usernameregistry.net.netty.DatagramRoute;
import dev.usernameregistry.net.netty.SocketChange;
import dev.usernameregistry.net.udx.FirstPacket;
import dev.usernameregistry.net.udx.Route;
import dev.usernameregistry.net.udx.UdxOptions;
import dev.usernameregistry.net.udx.UdxStream;
import dev.usernameregistry.net.udx.UdxStreams;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Streams that carry zeros one way, one at a time. Used on the event loop only. */
final class UdxMachine implements DatagramMachine {
  static final int SOCKET = 0;

  private static final int LOOPBACK = 0x7f000001;
  private static final int CHUNK_BYTES = 65536;

  private final UdxStreams streams = new UdxStreams(UdxOptions.DEFAULT);
  private final JsonLines lines;
  private final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);

  /** What is under way; null between two. */
  private @Nullable Transfer transfer;

  /** Where the last datagram went, so that no packet costs an object. */
  private @Nullable Route route;

  private DatagramRoute datagramRoute = new DatagramRoute(SOCKET, new Ipv4Address(LOOPBACK, 1));

  UdxMachine(JsonLines lines) {
    this.lines = lines;
  }

  /** Begins to send or to receive. */
  void carryOut(JsonNode command, long nowNanos) {
    int id = command.path("stream").asInt();
    UdxStream stream = streams.create(id, FirstPacket.REJECT);
    Ipv4Address remote = new Ipv4Address(LOOPBACK, command.path("port").asInt());
    boolean sends = command.path("do").asText().equals("send");
    transfer =
        new Transfer(
            command.path("id").asInt(), sends, stream, command.path("bytes").asLong(), nowNanos);
    stream.connect(SOCKET, id, remote, nowNanos);
    if (!sends) {
      lines.say(JsonLines.event("receiving").put("stream", id));
    }
    goOn(nowNanos);
  }

  @Override
  public void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    streams.receive(socket, from, datagram, nowNanos);
    goOn(nowNanos);
  }

  @Override
  public @Nullable SocketChange nextSocketChange(long nowNanos) {
    return null;
  }

  @Override
  public @Nullable DatagramRoute next(ByteBuffer out, long nowNanos) {
    Route next = streams.nextDatagram(out, nowNanos);
    if (next == null) {
      return null;
    }
    if (!next.equals(route)) {
      route = next;
      datagramRoute = new DatagramRoute(next.socket(), next.to());
    }
    return datagramRoute;
  }

  @Override
  public void onTimeout(long nowNanos) {
    streams.onTimeout(nowNanos);
    goOn(nowNanos);
  }

  @Override
  public long nextTimeoutNanos() {
    return streams.nextTimeoutNanos();
  }

  private void goOn(long nowNanos) {
    for (UdxStream changed = streams.nextChanged();
        changed != null;
        changed = streams.nextChanged()) {
      // there is one transfer, and it is looked at below
    }
    Transfer going = transfer;
    if (going != null && (going.sends ? send(going, nowNanos) : receive(going, nowNanos))) {
      transfer = null;
    }
  }

  /** Returns whether everything is sent and acknowledged. */
  private boolean send(Transfer going, long nowNanos) {
    while (going.leftBytes > 0 && going.stream.isWritable()) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, going.leftBytes));
      going.leftBytes -= chunk.remaining();
      going.stream.write(chunk, nowNanos);
    }
    if (going.leftBytes > 0 || going.stream.unacknowledgedBytes() > 0) {
      return false;
    }
    going.stream.end(nowNanos);
    lines.say(
        JsonNodeFactory.instance
            .objectNode()
            .put("id", going.id)
            .put("millis", (nowNanos - going.startNanos) / 1e6));
    return true;
  }

  /** Returns whether everything has come. */
  private boolean receive(Transfer going, long nowNanos) {
    for (ByteBuffer bytes = going.stream.read(); bytes != null; bytes = going.stream.read()) {
      going.leftBytes -= bytes.remaining();
    }
    if (going.leftBytes > 0 && !going.stream.remoteEnded()) {
      return false;
    }
    going.stream.end(nowNanos);
    lines.say(
        JsonNodeFactory.instance
            .objectNode()
            .put("id", going.id)
            .put("received", going.bytes - going.leftBytes));
    return true;
  }

  /** One stream and what is left to do on it. */
  private static final class Transfer {
    private final int id;
    private final boolean sends;
    private final UdxStream stream;
    private final long bytes;
    private final long startNanos;

    /** Bytes to be written, or to come. */
    private long leftBytes;

    Transfer(int id, boolean sends, UdxStream stream, long bytes, long startNanos) {
      this.id = id;
      this.sends = sends;
      this.stream = stream;
      this.bytes = bytes;
      this.startNanos = startNanos;
      leftBytes = bytes;
    }
  }
}
