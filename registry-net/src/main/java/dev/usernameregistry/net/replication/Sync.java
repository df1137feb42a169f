package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.log.Head;
import dev.usernameregistry.tree.Roots;
import dev.usernameregistry.tree.TreeNode;

/**
 * Tells a peer what the sender knows of the log, and what it has heard from that peer.
 *
 * <pre>
 * field         encoding  meaning
 * flags         uint      1 canUpgrade, 2 uploading, 4 downloading, 8 hasManifest, 16 allowPush
 * fork          uint
 * length        uint      blocks in the log
 * remoteLength  uint
 * treeTag       6 bytes   only between peers of this library, and only if there are blocks
 * </pre>
 *
 * @param remoteLength the length that the receiver announced last, if it has the same fork; else 0
 * @param canUpgrade whether the sender can prove its length to one who has the receiver's
 * @param uploading whether the sender answers requests
 * @param downloading whether the sender wants to hear of new blocks
 * @param hasManifest whether the sender can tell who may sign the log
 * @param allowPush whether the sender takes data that it did not ask for
 * @param treeTag the first six bytes of each root's hash, one upon the other (exclusive or), so
 *     that two peers with logs of one length see whether these are the same; 0 if it does not say
 */
public record Sync(
    long fork,
    long length,
    long remoteLength,
    boolean canUpgrade,
    boolean uploading,
    boolean downloading,
    boolean hasManifest,
    boolean allowPush,
    long treeTag)
    implements Message {
  static final int TYPE = 0;

  private static final int TAG_BYTES = 6;

  /** Says nothing of the sender's tree. */
  static final long NO_TAG = 0;

  private static final int CAN_UPGRADE = 1 << 0;
  private static final int UPLOADING = 1 << 1;
  private static final int DOWNLOADING = 1 << 2;
  private static final int HAS_MANIFEST = 1 << 3;
  private static final int ALLOW_PUSH = 1 << 4;

  static Sync decode(WireReader in) {
    long flags = in.uint();
    return new Sync(
        in.uint(),
        in.uint(),
        in.uint(),
        (flags & CAN_UPGRADE) != 0,
        (flags & UPLOADING) != 0,
        (flags & DOWNLOADING) != 0,
        (flags & HAS_MANIFEST) != 0,
        (flags & ALLOW_PUSH) != 0,
        in.remaining() < TAG_BYTES ? NO_TAG : in.fixedUint(TAG_BYTES));
  }

  /** Returns what peers are told of the tree with these roots. */
  static long treeTag(Roots roots) {
    long tag = NO_TAG;
    for (TreeNode root : roots.nodes()) {
      tag ^= new WireReader(root.hash()).fixedUint(TAG_BYTES);
    }
    return tag;
  }

  /** Returns whether the sender has as many blocks at the same fork, but another tree. */
  boolean hasOtherTree(Head head) {
    return treeTag != NO_TAG
        && fork == head.fork()
        && length == head.length()
        && treeTag != treeTag(head.roots());
  }

  @Override
  public void encode(WireWriter out) {
    out.uint(flags()).uint(fork).uint(length).uint(remoteLength);
    if (treeTag != NO_TAG) {
      out.fixedUint(treeTag, TAG_BYTES);
    }
  }

  @Override
  public int type() {
    return TYPE;
  }

  private int flags() {
    return (canUpgrade ? CAN_UPGRADE : 0)
        | (uploading ? UPLOADING : 0)
        | (downloading ? DOWNLOADING : 0)
        | (hasManifest ? HAS_MANIFEST : 0)
        | (allowPush ? ALLOW_PUSH : 0);
  }
}
