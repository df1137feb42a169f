package dev.usernameregistry.net.netty;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What speaks over one connection of ordered bytes, without a socket, a thread or a clock. The
 * driver brings bytes and the time, and asks what to send. Called on the event loop only. No method
 * throws for what a peer did.
 */
public interface StreamMachine {

  /** Takes in bytes as they came; the buffer may be reused afterwards. */
  void receive(ByteBuffer bytes, long nowNanos);

  /**
   * Returns the next bytes to send, or null. Asked only while the socket takes more, so a machine
   * that makes its messages here keeps the memory for a slow peer small.
   */
  @Nullable ByteBuffer nextBytes(long nowNanos);

  /** Returns whether more bytes may be brought now. */
  boolean wantsBytes();

  /** Acts on every timer due at {@code nowNanos}; harmless to call early. */
  void onTimeout(long nowNanos);

  /** Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. */
  long nextTimeoutNanos();

  /** Returns whether this machine is done, so that the connection is to be closed. */
  boolean ended();

  /** The connection is gone. Called once, also after {@link #ended}. */
  void gone(String reason, long nowNanos);
}
