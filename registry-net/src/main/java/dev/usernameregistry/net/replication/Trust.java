package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether anything is asked of one peer. After a wrong proof nothing is asked until the
 * peer has shown that its tree is the same as ours; after three, nothing is asked any more. To find
 * out, a peer asks for a proof of the whole tree, with request number 0, and compares it with its
 * own.
 */
final class Trust {
  /** Wrong proofs after which nothing more is asked of a peer. */
  private static final int FAULTS_MAX = 3;

  /** Proofs of the whole tree taken from a peer that were not asked for. */
  private static final int UNASKED_MAX = 16;

  /** How often a peer is asked for its tree because it says that it has another one. */
  private static final int OTHER_TREES_MAX = 16;

  private final Log log;
  private final TheirHead theirHead;
  private final Outbox outbox;
  private boolean checking;

  /** Whether the peer was asked for its tree, or has shown the one that became ours. */
  private boolean tested;

  /** Whether the peer is to be asked for its tree once all of ours is here. */
  private boolean due;

  /** Whether the peer could not show its tree, as when it does not have all of it yet. */
  private boolean refused;

  private int unasked;
  private int otherTrees;
  private int faults;
  private @Nullable String trouble;

  /** Whether nothing is asked of the peer whatever it does. */
  private boolean stopped;

  Trust(Log log, TheirHead theirHead, Outbox outbox) {
    this.log = log;
    this.theirHead = theirHead;
    this.outbox = outbox;
  }

  /** Returns why nothing is asked of the peer; empty if it is. */
  Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }

  /**
   * The peer said how far it is.
   *
   * @param ours whether it is a peer of this library, which says what its tree is
   */
  void told(Sync sync, boolean first, boolean ours) {
    boolean comparable = sync.length() == log.length() || isUnsettled();
    if (sync.uploading() && ((first && comparable) || (ours && takesTag(sync)))) {
      compare();
    } else {
      announced();
    }
  }

  /** Returns whether the peer says that it has another tree, and is to be asked for it. */
  private boolean takesTag(Sync sync) {
    return sync.hasOtherTree(log.head())
        && !stopped
        && faults < FAULTS_MAX
        && ++otherTrees <= OTHER_TREES_MAX;
  }

  /** The peer may have more than before; one that could not show its tree is asked once more. */
  void announced() {
    if (refused && !stopped && faults < FAULTS_MAX && matters() && theirHead.isWhole()) {
      compare();
    }
  }

  /**
   * Asks the peer for its tree if that was put off until all of ours is here. A peer that is as
   * long as we is asked for nothing else, and nobody would see that it has another tree. And where
   * two trees part can only be found by who has one of them.
   */
  void compareIfDue() {
    Sync sync = theirHead.told();
    if (due
        && !stopped
        && sync != null
        && (sync.length() == log.length() || matters())
        && log.contiguousLength() == log.length()) {
      compare();
    }
  }

  /**
   * Asks whether the peer has the same tree, up to the shorter length; not if it is at another
   * fork, is being asked, or it is known how far two trees agree.
   */
  private void compare() {
    Sync sync = theirHead.told();
    boolean settled = log.evidence().isPresent() && !isUnsettled();
    if (sync == null || checking || sync.fork() != log.fork() || settled) {
      return;
    }
    long length = Math.min(log.head().length(), sync.length());
    if (length == 0) {
      return;
    }
    checking = true;
    tested = true;
    refused = false;
    due = matters() && log.contiguousLength() < log.length(); // then once more
    ProofRequest.Upgrade same = new ProofRequest.Upgrade(0, length);
    outbox.say(new Message.Request(ProofRequest.of(0, sync.fork(), same)));
  }

  /** The head of our log came from the peer, or else from another one. */
  void headCame(boolean fromPeer) {
    tested |= fromPeer;
    due = !tested || (due && matters());
  }

  /** Returns whether the log is frozen, and it is not known yet where two trees part. */
  boolean isUnsettled() {
    return log.evidence().map(evidence -> !evidence.isExact()).orElse(false);
  }

  /** Returns whether what is asked of the peer depends on its tree. */
  private boolean matters() {
    return trouble != null || isUnsettled();
  }

  /**
   * Returns whether {@code proof} is of a whole tree of our fork, and is to be compared: with ours,
   * or with another one that the peer shows.
   */
  boolean takes(Proof proof) {
    Proof.Upgrade upgrade = proof.upgrade();
    boolean comparable =
        upgrade != null
            && upgrade.start() == 0
            && upgrade.length() > 0
            && log.head().length() > 0
            && proof.fork() == log.fork()
            && log.manifest().isPresent();
    return comparable && (checking || ++unasked <= UNASKED_MAX);
  }

  /** The peer has shown a tree; {@code agrees} says whether it is ours. */
  void compared(boolean agrees) {
    if (agrees) {
      agreed();
    } else {
      unanswered();
    }
  }

  /** The question is not answered, or not by the same tree. */
  void unanswered() {
    checking = false;
  }

  /**
   * The peer cannot show its tree now; if it was not asked yet, it only guesses what it will be.
   */
  void refused() {
    if (!outbox.holdsCheck()) {
      checking = false;
      refused = true;
    }
  }

  /** The peer has the same tree as we, so that a wrong proof may have been an accident. */
  void agreed() {
    checking = false;
    due &= isUnsettled();
    if (faults < FAULTS_MAX && !stopped) {
      trouble = null;
    }
  }

  /** The writer signed two trees, so each wrong proof may have been a right one of the other. */
  void forgive() {
    faults = 0;
    agreed();
    compare();
  }

  /** A proof of this peer did not hold. */
  void fault(PeerFault fault) {
    faults++;
    trouble = "sent a wrong proof: " + fault.getMessage();
    compare();
  }

  /** Nothing more is asked of the peer, because of us. */
  void stop(String why) {
    stopped = true;
    trouble = why;
  }
}
