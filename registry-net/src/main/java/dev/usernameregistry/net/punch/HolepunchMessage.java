package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * The value of a PEER_HOLEPUNCH packet: a sealed payload and how far it has travelled.
 *
 * <pre>
 * field        encoding  present  meaning
 * flags        uint      always   bit 0: peerAddress is there
 * mode         uint      always   one of the four below
 * id           uint      always   the handshake, as the server numbers it; 0 on the way back
 * payload      buffer    always   {@link PunchBox}
 * peerAddress  address   bit 0    the other end of the relay, as the relay sees it
 * </pre>
 */
public record HolepunchMessage(
    int mode, long id, byte[] payload, @Nullable Ipv4Address peerAddress) {
  /** From the client to a relay. */
  public static final int FROM_CLIENT = 0;

  /** From the server to a relay. */
  public static final int FROM_SERVER = 1;

  /** From a relay to the server. */
  public static final int FROM_RELAY = 2;

  /** From a relay to the client. */
  public static final int REPLY = 4;

  private static final int PAYLOAD_BYTES_MAX = 2048;

  /**
   * Reads a message; what comes after it is ignored.
   *
   * @throws MalformedMessageException if {@code bytes} are none
   */
  public static HolepunchMessage decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    long flags = in.uint();
    int mode = (int) in.uint(Integer.MAX_VALUE);
    long id = in.uint();
    byte[] payload = in.bytes(PAYLOAD_BYTES_MAX);
    return new HolepunchMessage(
        mode, id, payload, (flags & 1) != 0 ? Ipv4Address.decode(in) : null);
  }

  /** Returns the bytes of this message. */
  public byte[] encode() {
    WireWriter out = new WireWriter(16 + payload.length);
    out.uint(peerAddress != null ? 1 : 0).uint(mode).uint(id).bytes(payload);
    if (peerAddress != null) {
      peerAddress.encode(out);
    }
    return out.toByteArray();
  }
}
