package dev.usernameregistry.net.replication;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.tree.ProofRequest;
import org.jspecify.annotations.Nullable;

/** How far one peer says it is, and what it can be asked for to get there. */
final class TheirHead {
  private final Log log;
  private final RemoteBlocks theirs;
  private @Nullable Sync told;

  /** Whether the peer has no answer to what would lead to its head. */
  private boolean refused;

  /** Once the peer has this block, it may have that answer. */
  private long needsBlock;

  private boolean manifestAsked;

  /** How often the peer has announced anything, its head or blocks. */
  private long announcements;

  TheirHead(Log log, RemoteBlocks theirs) {
    this.log = log;
    this.theirs = theirs;
  }

  /** Returns what the peer said last; null before it has said anything. */
  @Nullable Sync told() {
    return told;
  }

  /** Returns the length that the peer said last; 0 before it has said anything. */
  long length() {
    return told == null ? 0 : told.length();
  }

  /** Returns the fork that the peer said last; 0 before it has said anything. */
  long fork() {
    return told == null ? 0 : told.fork();
  }

  void take(Sync sync) {
    announcements++;
    told = sync;
    refused = false;
  }

  /** The peer has other blocks than before. */
  void announced() {
    announcements++;
    refused &= !theirs.has(needsBlock);
  }

  /** Returns how often the peer has announced anything, its head or blocks. */
  long announcements() {
    return announcements;
  }

  /** Returns whether nothing was announced since; else what the peer refuses may be there now. */
  boolean isStillAsWhenAsked(Asked request) {
    return request.announcements() == announcements;
  }

  /** The peer has no answer to {@code request}. */
  void refuse(ProofRequest request) {
    ProofRequest.Hash hash = request.hash();
    refused = true;
    needsBlock = hash == null ? Long.MAX_VALUE : hash.index() / 2;
  }

  /** What the peer sent does not lead to its head. */
  void refuse() {
    refused = true;
    needsBlock = Long.MAX_VALUE;
  }

  boolean isRefused() {
    return refused;
  }

  /** Returns whether the peer has all blocks of the length that it said last. */
  boolean isWhole() {
    return told != null && theirs.hasAll(0, told.length());
  }

  /** Returns what leads to the peer's head, or null if it has no later one or cannot prove it. */
  ProofRequest.@Nullable Upgrade upgrade(Sync sync) {
    long length = log.length();
    if (sync.fork() > log.fork() && sync.length() > 0) {
      return new ProofRequest.Upgrade(0, sync.length());
    }
    boolean provable = sync.canUpgrade() && sync.remoteLength() == length;
    return sync.fork() == log.fork() && sync.length() > length && provable
        ? new ProofRequest.Upgrade(length, sync.length() - length)
        : null;
  }

  /** Returns whether the peer is to tell who may sign the log. */
  boolean wantsManifest(Sync sync) {
    return log.manifest().isEmpty() && sync.hasManifest();
  }

  /** Returns whether nothing but that can be asked, and was not. */
  boolean wantsManifestAlone(Sync sync) {
    return wantsManifest(sync) && sync.length() == 0 && !manifestAsked;
  }

  void manifestAsked() {
    manifestAsked = true;
  }
}
