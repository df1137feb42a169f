package dev.usernameregistry.net.noise;

/**
 * Limits of one encrypted stream.
 *
 * @param messageBytesMax longest plaintext that is taken in; a frame that announces more ends the
 *     stream before any of it is kept. At most {@link #MESSAGE_BYTES_LIMIT}
 * @param handshakeNanos from the start until the peer's header has come
 * @param keepAliveNanos an empty message is sent after writing nothing for so long; 0 for never
 * @param idleNanos the stream ends after receiving nothing for so long; 0 for never
 */
public record SecretStreamOptions(
    int messageBytesMax, long handshakeNanos, long keepAliveNanos, long idleNanos) {

  /** Longest plaintext that a frame can carry, 16 MiB less 1 byte for the frame and 17 for ours. */
  public static final int MESSAGE_BYTES_LIMIT = 0xffffff - MessageCipher.OVERHEAD_BYTES;

  /**
   * The longest messages (a block has up to 15 MiB), 15 s for the handshake, an empty message after
   * 5 s, and an end after 60 s without any from the peer.
   */
  public static final SecretStreamOptions DEFAULT =
      new SecretStreamOptions(
          MESSAGE_BYTES_LIMIT, 15_000_000_000L, 5_000_000_000L, 60_000_000_000L);

  /** Checks each value. */
  public SecretStreamOptions {
    if (messageBytesMax < 0 || messageBytesMax > MESSAGE_BYTES_LIMIT) {
      throw new IllegalArgumentException(
          "messageBytesMax is " + messageBytesMax + ", not between 0 and " + MESSAGE_BYTES_LIMIT);
    }
    if (handshakeNanos <= 0) {
      throw new IllegalArgumentException("handshakeNanos is " + handshakeNanos + ", not above 0");
    }
    if (keepAliveNanos < 0 || idleNanos < 0) {
      throw new IllegalArgumentException("keepAliveNanos and idleNanos must not be negative");
    }
  }
}
