package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import java.util.List;

/**
 * What a node answers to LOOKUP if it knows somebody.
 *
 * <pre>
 * field  encoding            present        meaning
 * peers  count, {@link PeerRecord}s   always         a random sample of those announced
 * bump   uint                not in older   latest bump that one of them gave, in milliseconds
 * </pre>
 */
record LookupReply(List<PeerRecord> peers, long bump) {
  /** Records that a node puts into one reply. */
  static final int PEERS_MAX = 20;

  /** Records that are read from one reply: more than fit into a datagram. */
  private static final int DECODED_PEERS_MAX = 64;

  static LookupReply decode(WireReader in) {
    List<PeerRecord> peers = PeerRecord.decodeList(in, DECODED_PEERS_MAX);
    return new LookupReply(peers, in.hasRemaining() ? in.uint() : 0);
  }

  /** Returns the reply with records that were encoded before. */
  static byte[] encode(List<byte[]> peers, long bump) {
    WireWriter out = new WireWriter(1024);
    out.uint(peers.size());
    peers.forEach(out::raw);
    return out.uint(bump).toByteArray();
  }
}
