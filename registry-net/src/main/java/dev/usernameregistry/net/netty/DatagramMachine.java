package dev.usernameregistry.net.netty;

import dev.usernameregistry.codec.Ipv4Address;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What speaks over numbered sockets, without a socket, a thread or a clock. The driver brings
 * datagrams and the time, and asks what to send. Called on the event loop only. No method throws
 * for what a stranger sent.
 */
public interface DatagramMachine {

  /** Takes in one datagram, of at most 2048 bytes; the buffer may be reused afterwards. */
  void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos);

  /** Returns a socket to open or to close, or null. Asked before each {@link #next}. */
  @Nullable SocketChange nextSocketChange(long nowNanos);

  /**
   * Writes the next datagram into {@code out} and returns where it goes, or null when there is
   * nothing to send now. Asked only while the sockets take more. A datagram for a socket that is
   * not open is lost, as any may be.
   *
   * @param out empty, with room for 2048 bytes, in big-endian order; not to be kept
   */
  @Nullable DatagramRoute next(ByteBuffer out, long nowNanos);

  /** Acts on every timer due at {@code nowNanos}; harmless to call early. */
  void onTimeout(long nowNanos);

  /** Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. */
  long nextTimeoutNanos();
}
