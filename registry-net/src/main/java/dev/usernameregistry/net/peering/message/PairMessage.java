package dev.usernameregistry.net.peering.message;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;

/**
 * Message 0 of the channel {@code blind-relay}: asks the relay to join a stream with another
 * peer's, and the relay's answer when both have asked.
 *
 * <pre>
 * field     encoding  meaning
 * flags     1 byte    1 initiator
 * token     32 bytes  the same from both peers
 * streamId  uint      where the sender of this message receives
 * seq       uint      0
 * </pre>
 *
 * @param initiator whether this peer proposed the relay
 */
public record PairMessage(boolean initiator, Key token, int streamId) {
  /** Number of this message in its channel. */
  public static final int TYPE = 0;

  private static final long ID_MAX = 0xffffffffL;

  /**
   * Reads the relay's answer.
   *
   * @throws MalformedMessageException if the bytes do not follow the table
   */
  public static PairMessage decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    boolean initiator = (in.uint8() & 1) != 0;
    Key token = Key.of(in.fixed(Key.BYTES));
    int streamId = (int) in.uint(ID_MAX);
    in.uint();
    return new PairMessage(initiator, token, streamId);
  }

  /** Returns the bytes of the table above. */
  public byte[] encode() {
    return new WireWriter(40)
        .fixedUint(initiator ? 1 : 0, 1)
        .raw(token.bytes())
        .uint(Integer.toUnsignedLong(streamId))
        .uint(0)
        .toByteArray();
  }
}
