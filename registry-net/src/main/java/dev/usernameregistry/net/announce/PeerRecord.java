package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.List;

/**
 * Which peer can be reached, and through which nodes.
 *
 * <pre>
 * field           encoding                meaning
 * publicKey       32 bytes                the peer
 * relayAddresses  count, 6 bytes each     nodes that forward a handshake to it; may be empty
 * </pre>
 */
public record PeerRecord(Key publicKey, List<Ipv4Address> relayAddresses) {
  /** Relay addresses of a record that a node keeps; it drops the others. */
  public static final int STORED_RELAYS_MAX = 3;

  /**
   * Relay addresses of a record that is read at all: more than fit into a datagram that is not
   * fragmented. A signature covers all of them.
   */
  static final int RELAYS_MAX = 256;

  private static final int SMALLEST_BYTES = Key.BYTES + 1;

  /** Copies the list. */
  public PeerRecord {
    relayAddresses = List.copyOf(relayAddresses);
  }

  /** Returns the target under which the peer with this key is found: the hash of the key. */
  public static Key target(Key publicKey) {
    return Key.of(Blake2b.hash(publicKey.bytes()));
  }

  /**
   * Reads one record.
   *
   * @throws dev.usernameregistry.codec.MalformedMessageException if it is cut off or has more than
   *     {@link #RELAYS_MAX} relay addresses
   */
  static PeerRecord decode(WireReader in) {
    Key publicKey = Key.of(in.fixed(Key.BYTES));
    int count = in.count(Ipv4Address.BYTES, RELAYS_MAX);
    List<Ipv4Address> relayAddresses = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      relayAddresses.add(Ipv4Address.decode(in));
    }
    return new PeerRecord(publicKey, relayAddresses);
  }

  /** Reads a count and as many records, at most {@code max}. */
  static List<PeerRecord> decodeList(WireReader in, int max) {
    int count = in.count(SMALLEST_BYTES, max);
    List<PeerRecord> peers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      peers.add(decode(in));
    }
    return peers;
  }

  /** Writes this record. */
  void encode(WireWriter out) {
    out.raw(publicKey.bytes()).uint(relayAddresses.size());
    relayAddresses.forEach(address -> address.encode(out));
  }

  /** Returns the record in bytes. */
  byte[] encode() {
    WireWriter out = new WireWriter();
    encode(out);
    return out.toByteArray();
  }

  /** Returns what is kept of this record: it with the first few relay addresses. */
  PeerRecord stored() {
    return relayAddresses.size() <= STORED_RELAYS_MAX
        ? this
        : new PeerRecord(publicKey, relayAddresses.subList(0, STORED_RELAYS_MAX));
  }
}
