package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.Proof;
import org.jspecify.annotations.Nullable;

/**
 * Sends one peer the newest block of a log whose writer is here as soon as there is one, if the
 * peer takes what it did not ask for and has all before. Such a message has request number 0, and
 * comes before the longer log is announced, so that the peer does not ask for it as well. It is
 * made of what is in memory, and saves the peer the time of a request and its answer.
 */
final class Push {
  private final Log log;

  /** The fork of what was sent last, and the length that it leads to. */
  private long fork;

  private long length;

  Push(Log log) {
    this.log = log;
  }

  /** Returns the next message to a peer that has said this last, or null. */
  @Nullable Message next(@Nullable Sync remote) {
    if (remote == null || !remote.allowPush() || !remote.downloading() || remote.length() == 0) {
      return null; // who has nothing has no manifest to check a block with
    }
    Proof proof = log.proveNewest().orElse(null);
    Proof.Upgrade upgrade = proof == null ? null : proof.upgrade();
    if (proof == null
        || upgrade == null
        || proof.fork() != remote.fork()
        || !isNext(upgrade.start(), remote)) {
      return null;
    }
    fork = remote.fork();
    length = upgrade.start() + upgrade.length();
    return new Message.Data(proof);
  }

  /**
   * Returns whether the peer has all before {@code block}, and not been sent it: as it said, or
   * when it has taken in the one before, which is on its way. One that says nothing gets no more.
   */
  private boolean isNext(long block, Sync remote) {
    boolean sentBefore = fork == remote.fork() && length == block;
    boolean sent = fork == remote.fork() && length > block;
    return !sent && (remote.length() == block || (remote.length() == block - 1 && sentBefore));
  }

  /** Returns whether a proof that was not asked for is such a message, and not a conflict check. */
  static boolean is(Proof proof) {
    Proof.Upgrade upgrade = proof.upgrade();
    return upgrade != null && upgrade.start() > 0;
  }
}
