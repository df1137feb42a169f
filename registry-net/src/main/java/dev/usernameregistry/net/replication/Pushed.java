package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import org.jspecify.annotations.Nullable;

/** The newest block that one peer has sent without being asked, as {@link Push} does. */
final class Pushed {
  private final ReplicationSession session;
  private final Log log;
  private @Nullable Proof proof;

  /** What it took on the wire; 0 if there is none. */
  private long bytes;

  Pushed(ReplicationSession session, Log log) {
    this.session = session;
    this.log = log;
  }

  /** Keeps a block in place of the one before, until it is its turn. */
  void keep(Proof newest, long bytesOnTheWire) {
    proof = newest;
    bytes = bytesOnTheWire;
  }

  /** Returns what the block took on the wire; 0 if there is none. */
  long bytes() {
    return bytes;
  }

  void drop() {
    proof = null;
    bytes = 0;
  }

  /**
   * Returns the block as if it answered the request that we would make next, or null if it does
   * not. Forgets it in any case: so pushing costs us no more checks than wrong answers do.
   *
   * @param announcements how often the peer has announced anything
   */
  Downloads.@Nullable Arrived poll(long announcements) {
    Proof newest = proof;
    if (newest == null) {
      return null;
    }
    long length = log.length();
    ProofRequest.Upgrade upgrade = new ProofRequest.Upgrade(length, 1);
    ProofRequest.Block block = new ProofRequest.Block(length, 0);
    ProofRequest next = new ProofRequest(0, log.fork(), block, null, null, upgrade, false, 0);
    Asked asking = new Asked(next, true, false, 0, announcements);
    boolean fits =
        log.manifest().isPresent()
            && asking.isAnsweredBy(newest)
            && upgrade.equals(Push.upgrade(newest));
    Downloads.Arrived arrived = new Downloads.Arrived(session, asking, newest, bytes);
    drop();
    return fits ? arrived : null;
  }
}
