package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import org.jspecify.annotations.Nullable;

/** The newest block that one peer has sent without being asked, as {@link Push} does. */
final class Pushed {
  /** Pushes of one peer that are compared because they came late. */
  private static final int LATE_MAX = 16;

  private final ReplicationSession session;
  private final Log log;
  private @Nullable Proof proof;

  /** What it took on the wire; 0 if there is none. */
  private long bytes;

  private int late;

  Pushed(ReplicationSession session) {
    this.session = session;
    this.log = session.log();
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
   * Returns the block as if it answered the request that we would make next. If our log is as long
   * already, returns it as an answer to no request, so that it is compared with ours: only whoever
   * appends a block pushes it, so a writer that has two copies may have appended to both. Else
   * returns null. Forgets it in any case: so pushing costs us no more checks than wrong answers do.
   *
   * @param announcements how often the peer has announced anything
   */
  Downloads.@Nullable Arrived poll(long announcements) {
    Proof newest = proof;
    if (newest == null) {
      return null;
    }
    long bytesOnTheWire = bytes;
    drop();
    long length = log.length();
    Proof.Upgrade pushed = newest.upgrade();
    if (log.manifest().isEmpty()
        || newest.fork() != log.fork()
        || pushed == null
        || pushed.length() != 1) {
      return null;
    }
    if (pushed.start() < length) {
      return ++late <= LATE_MAX
          ? new Downloads.Arrived(session, null, newest, bytesOnTheWire)
          : null;
    }
    ProofRequest.Upgrade upgrade = new ProofRequest.Upgrade(length, 1);
    ProofRequest.Block block = new ProofRequest.Block(length, 0);
    ProofRequest next = new ProofRequest(0, log.fork(), block, null, null, upgrade, false, 0);
    Asked asking = new Asked(next, true, false, 0, announcements);
    return pushed.start() == length && asking.isAnsweredBy(newest)
        ? new Downloads.Arrived(session, asking, newest, bytesOnTheWire)
        : null;
  }
}
