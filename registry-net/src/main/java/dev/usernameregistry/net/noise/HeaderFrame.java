package dev.usernameregistry.net.noise;

import dev.usernameregistry.crypto.Blake2b;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The first frame behind the handshake, one for each direction, not encrypted. Binds the keys to
 * the roles.
 *
 * <pre>
 * offset  size  field
 *      0    32  stream id: BLAKE2b of the sender's role, keyed with the handshake hash
 *     32    24  header of the sender's messages, random
 *     56        end
 * </pre>
 */
final class HeaderFrame {
  static final int BYTES = 32 + MessageCipher.HEADER_BYTES;

  private static final byte[] INITIATOR = Blake2b.namespace("hyperswarm/secret-stream", 0);
  private static final byte[] RESPONDER = Blake2b.namespace("hyperswarm/secret-stream", 1);

  private HeaderFrame() {}

  static byte[] streamId(byte[] handshakeHash, boolean initiator) {
    return Blake2b.keyed(handshakeHash, initiator ? INITIATOR : RESPONDER);
  }

  /** Returns the frame of our side. */
  static byte[] of(SessionKeys keys, byte[] header) {
    byte[] frame = Arrays.copyOf(streamId(keys.handshakeHash(), keys.initiator()), BYTES);
    System.arraycopy(header, 0, frame, 32, MessageCipher.HEADER_BYTES);
    return frame;
  }

  /**
   * Returns the message header in the peer's {@code frame} of {@link #BYTES}.
   *
   * @throws SecretStreamException if the stream id is not that of the peer's role
   */
  static byte[] check(SessionKeys keys, byte[] frame) {
    byte[] want = streamId(keys.handshakeHash(), !keys.initiator());
    if (!MessageDigest.isEqual(want, Arrays.copyOf(frame, 32))) {
      throw new SecretStreamException("the peer's header is of another stream or role");
    }
    return Arrays.copyOfRange(frame, 32, BYTES);
  }
}
