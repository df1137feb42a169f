package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;

/**
 * Tells a peer what the sender knows of the log, and what it has heard from that peer.
 *
 * <pre>
 * field         encoding  meaning
 * flags         uint      1 canUpgrade, 2 uploading, 4 downloading, 8 hasManifest, 16 allowPush
 * fork          uint
 * length        uint      blocks in the log
 * remoteLength  uint
 * </pre>
 *
 * @param remoteLength the length that the receiver announced last, if it has the same fork; else 0
 * @param canUpgrade whether the sender can prove its length to one who has the receiver's
 * @param uploading whether the sender answers requests
 * @param downloading whether the sender wants to hear of new blocks
 * @param hasManifest whether the sender can tell who may sign the log
 * @param allowPush whether the sender takes data that it did not ask for
 */
public record Sync(
    long fork,
    long length,
    long remoteLength,
    boolean canUpgrade,
    boolean uploading,
    boolean downloading,
    boolean hasManifest,
    boolean allowPush)
    implements Message {
  static final int TYPE = 0;

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
        (flags & ALLOW_PUSH) != 0);
  }

  @Override
  public void encode(WireWriter out) {
    out.uint(flags()).uint(fork).uint(length).uint(remoteLength);
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
