package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether we can prove our length to a peer that has a certain shorter one. One who holds all
 * blocks always can; of a sparse log, the stored nodes decide, and these are on a disk.
 */
final class Provability {
  private final Log log;

  /** What was asked last; the answer holds for exactly this question. */
  private @Nullable Question asked;

  private boolean answer;
  private boolean asking;

  Provability(Log log) {
    this.log = log;
  }

  /** Returns whether the upgrade can be proven for certain. */
  boolean upgrade(long fork, long from, long to) {
    if (from >= to) {
      return false;
    }
    return isCertain(from, to) || (answer && asked != null && asked.isOf(fork, from, to));
  }

  /** A frozen log is longer than it says, and what leads to its signed end may be missing. */
  private boolean isCertain(long from, long to) {
    return log.evidence().isEmpty() && (from == 0 || log.contiguousLength() == to);
  }

  /** Returns the look-up that would make {@link #upgrade} certain, or null if it is. */
  @Nullable Work nextWork(Sync remote, Runnable done) {
    long length = log.length();
    boolean certain =
        remote.fork() != log.fork()
            || remote.length() >= length
            || isCertain(remote.length(), length);
    if (asking || certain) {
      return null;
    }
    boolean whole = log.contiguousLength() == length; // then there may be nodes that were not
    Question question = new Question(remote.fork(), remote.length(), length, whole);
    if (question.equals(asked)) {
      return null;
    }
    asking = true;
    asked = question;
    answer = false;
    return new LookUp(question, done);
  }

  private record Question(long fork, long from, long to, boolean whole) {
    boolean isOf(long fork, long from, long to) {
      return this.fork == fork && this.from == from && this.to == to;
    }

    ProofRequest request() {
      ProofRequest.Upgrade upgrade = new ProofRequest.Upgrade(from, to - from);
      return ProofRequest.of(0, fork, upgrade);
    }
  }

  private final class LookUp implements Work {
    private final Question question;
    private final Runnable done;
    private boolean provable;

    LookUp(Question question, Runnable done) {
      this.question = question;
      this.done = done;
    }

    @Override
    public void run() {
      try {
        provable = log.prove(question.request()) instanceof Made.Ready;
      } catch (IOException e) {
        // who cannot read cannot prove; the same disk will tell the log's owner
      }
    }

    @Override
    public void finish(long nowNanos) {
      asking = false;
      answer = provable;
      done.run();
    }
  }
}
