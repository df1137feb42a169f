package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.crypto.Signatures;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The value of ANNOUNCE and UNANNOUNCE.
 *
 * <pre>
 * field      encoding           present      meaning
 * flags      uint               always       bit 0: peer, 1: refresh, 2: signature, 3: bump
 * peer       {@link PeerRecord}         bit 0 is 1   what to add or to take away
 * refresh    32 bytes           bit 1 is 1   a link of a hash chain
 * signature  64 bytes           bit 2 is 1   of the peer's key
 * bump       uint               bit 3 is 1   milliseconds since 1970
 * </pre>
 *
 * <p>Without a peer, refresh is the value whose hash was the refresh of an earlier announcement,
 * which it prolongs.
 *
 * @param refresh null if there is none
 * @param signature null if there is none; not copied, so nobody may change it
 * @param bump 0 if there is none; not signed
 */
record AnnounceMessage(
    @Nullable PeerRecord peer, @Nullable Key refresh, byte @Nullable [] signature, long bump) {

  private static final int PEER = 1 << 0;
  private static final int REFRESH = 1 << 1;
  private static final int SIGNATURE = 1 << 2;
  private static final int BUMP = 1 << 3;

  private static final String GROUP = "hyperswarm/dht";
  private static final byte[] ANNOUNCE_NAMESPACE = Blake2b.namespace(GROUP, Command.ANNOUNCE);
  private static final byte[] UNANNOUNCE_NAMESPACE = Blake2b.namespace(GROUP, Command.UNANNOUNCE);
  private static final byte[] NO_REFRESH = {};

  /** What a signature is for. One for the one use is not good for the other. */
  enum Use {
    /** Adding a record. */
    ANNOUNCE,
    /** Taking it away. */
    UNANNOUNCE;

    byte[] namespace() {
      return this == ANNOUNCE ? ANNOUNCE_NAMESPACE : UNANNOUNCE_NAMESPACE;
    }
  }

  /**
   * Where an announcement goes: under one target at one node, for as long as that node takes the
   * token. Its signature binds it to all three, so that nobody can carry it to another place or
   * bring it back later.
   *
   * @param token not copied, so nobody may change it
   */
  record Place(Key target, Key nodeId, byte[] token) {}

  /** Returns the announcement of {@code keyPair} at {@code place}. */
  static AnnounceMessage announce(
      Place place, KeyPair keyPair, List<Ipv4Address> relayAddresses, long bump) {
    PeerRecord peer = new PeerRecord(keyPair.publicKey(), relayAddresses);
    byte[] signable = signable(Use.ANNOUNCE, place, peer, null);
    return new AnnounceMessage(peer, null, keyPair.sign(signable), bump);
  }

  /** Returns what takes the announcements of {@code keyPair} away from {@code place}. */
  static AnnounceMessage unannounce(Place place, KeyPair keyPair) {
    PeerRecord peer = new PeerRecord(keyPair.publicKey(), List.of());
    byte[] signable = signable(Use.UNANNOUNCE, place, peer, null);
    return new AnnounceMessage(peer, null, keyPair.sign(signable), 0);
  }

  static AnnounceMessage decode(WireReader in) {
    long flags = in.uint();
    return new AnnounceMessage(
        (flags & PEER) != 0 ? PeerRecord.decode(in) : null,
        (flags & REFRESH) != 0 ? Key.of(in.fixed(Key.BYTES)) : null,
        (flags & SIGNATURE) != 0 ? in.fixed(KeyPair.SIGNATURE_BYTES) : null,
        (flags & BUMP) != 0 ? in.uint() : 0);
  }

  byte[] encode() {
    WireWriter out = new WireWriter(128);
    out.uint(flags());
    if (peer != null) {
      peer.encode(out);
    }
    if (refresh != null) {
      out.raw(refresh.bytes());
    }
    if (signature != null) {
      out.raw(signature);
    }
    if (bump != 0) {
      out.uint(bump);
    }
    return out.toByteArray();
  }

  private int flags() {
    return (peer != null ? PEER : 0)
        | (refresh != null ? REFRESH : 0)
        | (signature != null ? SIGNATURE : 0)
        | (bump != 0 ? BUMP : 0);
  }

  /**
   * Returns whether the peer of this message signed it for {@code use} at {@code place}. Slow: the
   * dearest thing that a stranger can make us do.
   */
  boolean isSigned(Use use, Place place) {
    return peer != null
        && signature != null
        && Signatures.verify(signature, signable(use, place, peer, refresh), peer.publicKey());
  }

  /**
   * Returns the bytes that are signed. The record is hashed as we would write it, which is not
   * always how it came.
   *
   * <pre>
   * offset  size  field
   *      0    32  namespace of the use
   *     32    32  hash of target ‖ node id ‖ token ‖ peer record ‖ refresh, if there is one
   *     64        end
   * </pre>
   */
  static byte[] signable(Use use, Place place, PeerRecord peer, @Nullable Key refresh) {
    byte[] hash =
        Blake2b.hash(
            place.target().bytes(),
            place.nodeId().bytes(),
            place.token(),
            peer.encode(),
            refresh == null ? NO_REFRESH : refresh.bytes());
    return new WireWriter(64).raw(use.namespace()).raw(hash).toByteArray();
  }
}
