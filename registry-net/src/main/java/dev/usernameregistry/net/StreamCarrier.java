package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.netty.StreamMachine;
import dev.usernameregistry.net.time.Times;
import dev.usernameregistry.net.udx.CloseReason;
import dev.usernameregistry.net.udx.Route;
import dev.usernameregistry.net.udx.StreamState;
import dev.usernameregistry.net.udx.UdxStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Carries bytes between one stream and its machine, and decides nothing. Loop only. */
final class StreamCarrier {
  /** How long a peer has to end its side after we ended ours; then the stream is destroyed. */
  private static final long LINGER_NANOS = 2_000_000_000L;

  private final UdxStream stream;
  private @Nullable StreamMachine machine;
  private @Nullable Route route;

  /** Whether our side was ended. */
  private boolean ended;

  private long lingerNanos = Long.MAX_VALUE;
  private boolean carrying;

  /** Whether {@link #carry} was asked for while it ran. */
  private boolean again;

  StreamCarrier(UdxStream stream) {
    this.stream = stream;
  }

  UdxStream stream() {
    return stream;
  }

  /** Returns where the stream was connected to last, or null. */
  @Nullable Route route() {
    return route;
  }

  void connect(int socket, int remoteId, Ipv4Address remote, long nowNanos) {
    if (stream.state() == StreamState.UNCONNECTED) {
      route = new Route(socket, remote);
      stream.connect(socket, remoteId, remote, nowNanos);
      carry(nowNanos);
    }
  }

  void changeRemote(int socket, int remoteId, Ipv4Address remote, long nowNanos) {
    if (stream.state() == StreamState.CONNECTED) {
      route = new Route(socket, remote);
      stream.changeRemote(socket, remoteId, remote, nowNanos);
    }
  }

  /** Has a machine speak over the stream, beginning with the next {@link #carry}. */
  void start(StreamMachine speaker) {
    machine = speaker;
  }

  /** Brings what came, takes what is to be sent, and ends the stream after the machine. */
  void carry(long nowNanos) {
    if (carrying) {
      again = true;
      return;
    }
    carrying = true;
    try {
      do {
        again = false;
        step(nowNanos);
      } while (again);
    } finally {
      carrying = false;
    }
  }

  private void step(long nowNanos) {
    discardMessages();
    StreamMachine live = machine;
    if (live == null) {
      discardIfEnded();
      return;
    }
    for (ByteBuffer bytes; live.wantsBytes() && (bytes = stream.read()) != null; ) {
      live.receive(bytes, nowNanos);
    }
    for (ByteBuffer bytes; stream.isWritable() && (bytes = live.nextBytes(nowNanos)) != null; ) {
      stream.write(bytes, nowNanos);
    }
    if (live.ended() || stream.remoteEnded()) {
      machine = null;
      end(nowNanos);
      live.gone("the peer ended the stream", nowNanos);
    }
  }

  /** Ends our side after what is on its way; the stream is gone when the peer ends its own. */
  private void end(long nowNanos) {
    if (!ended && stream.state() == StreamState.CONNECTED) {
      ended = true;
      lingerNanos = nowNanos + LINGER_NANOS;
      stream.end(nowNanos);
    }
    discardIfEnded();
  }

  private void discardIfEnded() {
    while (ended && stream.read() != null) {
      // nobody reads on
    }
  }

  private void discardMessages() {
    while (stream.nextMessage() != null) {
      // machines speak in bytes only
    }
  }

  /** Ends the stream without waiting for anything. */
  void destroy(long nowNanos) {
    stream.destroy(nowNanos);
  }

  /** Tells the machine that its stream is closed. */
  void gone(long nowNanos) {
    StreamMachine live = machine;
    machine = null;
    if (live != null) {
      live.gone(reason(stream.closeReason()), nowNanos);
    }
  }

  private static String reason(@Nullable CloseReason reason) {
    return switch (reason == null ? CloseReason.DESTROYED : reason) {
      case ENDED -> "the peer ended the stream";
      case DESTROYED -> "we ended the stream";
      case RESET -> "the peer ended the stream at once";
      case TIMED_OUT -> "the peer does not answer any more";
      case RELAY_CLOSED -> "the relay ended the stream";
    };
  }

  void onTimeout(long nowNanos) {
    if (Times.isDue(lingerNanos, nowNanos)) {
      destroy(nowNanos);
      return;
    }
    StreamMachine live = machine;
    if (live != null && Times.isDue(live.nextTimeoutNanos(), nowNanos)) {
      live.onTimeout(nowNanos);
      carry(nowNanos);
    }
  }

  long nextTimeoutNanos() {
    StreamMachine live = machine;
    return Times.earlier(lingerNanos, live == null ? Long.MAX_VALUE : live.nextTimeoutNanos());
  }
}
