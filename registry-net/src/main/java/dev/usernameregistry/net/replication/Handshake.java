package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import java.security.MessageDigest;

/**
 * What each side says as it opens the channel of a log: that it knows the log's key, which never
 * crosses the wire.
 *
 * <pre>
 * field       encoding  meaning
 * flags       uint      bit 0: the sender answers seeks
 * capability  32 bytes  BLAKE2b of (namespace of the sender's role ‖ key), keyed with the hash of
 *                       the connection's handshake
 * </pre>
 *
 * @param capability not copied, so nobody may change it
 */
record Handshake(boolean seeks, byte[] capability) {
  private static final byte[] INITIATOR = Blake2b.namespace("hypercore", 1);
  private static final byte[] RESPONDER = Blake2b.namespace("hypercore", 2);

  private static final int SEEKS = 1 << 0;

  /** Returns what the side says that is the connection's initiator, or the one that is not. */
  static Handshake of(boolean initiator, byte[] handshakeHash, Key key) {
    byte[] namespace = initiator ? INITIATOR : RESPONDER;
    return new Handshake(true, Blake2b.keyed(handshakeHash, namespace, key.bytes()));
  }

  /** Returns whether both carry the same capability; takes equally long wherever they differ. */
  boolean agrees(Handshake other) {
    return MessageDigest.isEqual(capability, other.capability);
  }

  static Handshake decode(WireReader in) {
    return new Handshake((in.uint() & SEEKS) != 0, in.fixed(Blake2b.BYTES));
  }

  byte[] encode() {
    return new WireWriter().uint(seeks ? SEEKS : 0).raw(capability).toByteArray();
  }
}
