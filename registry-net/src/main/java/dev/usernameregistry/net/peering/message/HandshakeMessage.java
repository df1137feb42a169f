package dev.usernameregistry.net.peering.message;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * The value of a PEER_HANDSHAKE request or reply: one Noise message on its way through a relay.
 *
 * <pre>
 * field         encoding      present  meaning
 * flags         uint          always   1 peerAddress, 2 relayAddress
 * mode          uint          always   place in {@link HandshakeMode}
 * noise         buffer        always   message 1 from the client, message 2 from the server
 * peerAddress   ipv4 address  flag 1   the far end, as the relay between sees it
 * relayAddress  ipv4 address  flag 2   the relay to go through, or to answer through
 * </pre>
 *
 * <p>The array is not copied, so nobody may change it.
 */
public record HandshakeMessage(
    HandshakeMode mode,
    byte[] noise,
    @Nullable Ipv4Address peerAddress,
    @Nullable Ipv4Address relayAddress) {
  /** Most bytes of a Noise message; a datagram that crosses the internet carries fewer. */
  public static final int NOISE_BYTES_MAX = 2048;

  private static final int PEER_ADDRESS = 1 << 0;
  private static final int RELAY_ADDRESS = 1 << 1;

  /**
   * Reads one message.
   *
   * @throws MalformedMessageException if the bytes do not follow the table, or hold no Noise
   *     message
   */
  public static HandshakeMessage decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    long flags = in.uint();
    HandshakeMode mode = HandshakeMode.decode(in);
    byte[] noise = in.bytes(NOISE_BYTES_MAX);
    if (noise.length == 0) {
      throw new MalformedMessageException("a handshake without a Noise message");
    }
    Ipv4Address peerAddress = (flags & PEER_ADDRESS) != 0 ? Ipv4Address.decode(in) : null;
    Ipv4Address relayAddress = (flags & RELAY_ADDRESS) != 0 ? Ipv4Address.decode(in) : null;
    return new HandshakeMessage(mode, noise, peerAddress, relayAddress);
  }

  /** Returns the bytes of the table above. */
  public byte[] encode() {
    WireWriter out = new WireWriter(noise.length + 20);
    out.uint((peerAddress != null ? PEER_ADDRESS : 0) | (relayAddress != null ? RELAY_ADDRESS : 0));
    out.uint(mode.code()).bytes(noise);
    if (peerAddress != null) {
      peerAddress.encode(out);
    }
    if (relayAddress != null) {
      relayAddress.encode(out);
    }
    return out.toByteArray();
  }

  @Override
  public String toString() {
    return mode
        + " with "
        + noise.length
        + " bytes, peer "
        + peerAddress
        + ", relay "
        + relayAddress;
  }
}
