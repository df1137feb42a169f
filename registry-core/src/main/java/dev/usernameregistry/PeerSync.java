package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares what connected peers announced with what is here, and waits until it is here. Safe from
 * any thread.
 *
 * <p>A peer that leaves us behind without any progress for the sync timeout is silent: registering
 * does not wait for it again until something comes.
 *
 * <p>To look at all that peers announced takes a time that grows with the number of registries. So
 * a change is made after a look at what is {@link Missing} if there is nothing to wait for. While
 * registries are fetched, something changes as often as there are registries; whoever waits looks
 * at one of those that are missing, and at all only when that one is here or the peers changed.
 */
final class PeerSync {
  private static final Duration LONGEST = Duration.ofDays(365);

  private final KnownRegistries known;
  private final Supplier<List<PeerState>> peers;
  private final Missing missing;
  private final BooleanSupplier looking;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final long openedNanos;

  private final AtomicLong changes = new AtomicLong();

  /** Those of {@link #changes} after which peers may be missing, or stuck, that were not before. */
  private final AtomicLong peerChanges = new AtomicLong();

  /** How many are in {@link #pause}; written with this locked, before they look at the changes. */
  private volatile int pausing;

  private volatile boolean closed;

  PeerSync(
      KnownRegistries known,
      Supplier<List<PeerState>> peers,
      BooleanSupplier looking,
      Duration timeout,
      LongSupplier nanoTime) {
    this.known = known;
    this.peers = peers;
    this.missing = new Missing(known, peers, nanoTime);
    this.looking = looking;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    this.openedNanos = nanoTime.getAsLong();
  }

  /** Returns what each connected peer announced, beside what is here now. */
  List<Standing> standings() {
    return missing.compareAll();
  }

  /** Notes since when peers leave us behind with what was told so far. */
  void note() {
    missing.note();
  }

  /**
   * Tells that peers announced these heads, beside those that they announced before. Wakes those
   * who wait if no more comes from one of them. Never waits.
   */
  void announced(List<PeerState> news) {
    missing.announced(news);
    if (news.stream().anyMatch(PeerSync::tellsOfTrouble)) {
      peersChanged();
    }
  }

  private static boolean tellsOfTrouble(PeerState peer) {
    return peer.heads().values().stream().anyMatch(head -> head.trouble().isPresent());
  }

  /** Returns the connected peers; all of them are compared before the next change. */
  List<PeerState> connected() {
    List<PeerState> connected = List.copyOf(peers.get());
    outdate(); // the network shows a peer a moment before it tells of it
    return connected;
  }

  /**
   * Tells that other peers are connected, or that of a registry there is less here than before, so
   * that all that they announced is compared anew. Never waits.
   */
  void outdate() {
    missing.outdate();
  }

  /**
   * Waits for the peers that are connected now, each as far as it had announced when first seen
   * here, except those that are silent. Just after the start it first waits until the network has
   * found its first peers, but no longer than until the sync timeout after the start.
   */
  SyncReport awaitTalking() throws InterruptedException {
    requireOpen();
    if (!looks(openedNanos + nanos(timeout))) { // asked first, as whoever was found is told then
      Missing.Look look = missing.look();
      if (look.missing().stream().noneMatch(one -> one.canCatchUp() && !stuck(one))) {
        return look.report(); // as mostly, in a time that grows with what is missing only
      }
    }
    SyncReport report = await(timeout, true);
    return new SyncReport(report.peers(), report.behind());
  }

  /** Waits for the first peers and for all that are connected then, the silent ones too. */
  SyncReport awaitAll(Duration atMost) throws InterruptedException {
    return await(atMost, false);
  }

  /**
   * Waits until so many peers are connected, at most this long; returns whether they are. One that
   * is connected in two ways is one.
   */
  boolean awaitPeers(int count, Duration atMost) throws InterruptedException {
    long end = nanoTime.getAsLong() + nanos(atMost);
    Seen seen = seen();
    while (peers.get().stream().map(PeerState::publicKey).distinct().count() < count) {
      if (end - nanoTime.getAsLong() <= 0) {
        return false;
      }
      seen = pause(seen, end, () -> true);
    }
    outdate(); // who is here may not have been told yet
    return true;
  }

  /** Wakes those who wait, because peers came, went, or are stuck. Never waits. */
  void peersChanged() {
    peerChanges.incrementAndGet();
    changed();
  }

  /** Wakes those who wait, because more or less of a registry may be here. Never waits. */
  void changed() {
    changes.incrementAndGet();
    if (pausing > 0) {
      wake();
    }
  }

  private synchronized void wake() {
    notifyAll();
  }

  synchronized void close() {
    closed = true;
    notifyAll();
  }

  private SyncReport await(Duration atMost, boolean onlyTalking) throws InterruptedException {
    long end = nanoTime.getAsLong() + nanos(atMost);
    long lookingEnd = onlyTalking ? openedNanos + nanos(timeout) : end;
    Seen seen = seen();
    Targets targets = new Targets(onlyTalking);
    boolean looks = looks(lookingEnd);
    List<Standing> now = standings(); // later than that, so whoever was found is among them
    targets.add(now);
    while (looks || targets.missing(now)) {
      if (end - nanoTime.getAsLong() <= 0) {
        break;
      }
      seen = looks ? pause(seen, lookingEnd, () -> true) : pause(seen, end, targets::stillMissing);
      boolean looked = looks;
      looks = looks && looks(lookingEnd);
      now = standings();
      if (looked) {
        targets.add(now);
      }
    }
    List<Standing> waitedFor = now.stream().map(targets::asWaitedFor).toList();
    return SyncReport.of(now.stream().map(one -> one.lane().peer()).distinct().count(), waitedFor);
  }

  private boolean looks(long endNanos) {
    return endNanos - nanoTime.getAsLong() > 0 && looking.getAsBoolean();
  }

  private static long nanos(Duration duration) {
    return duration.compareTo(LONGEST) < 0 ? duration.toNanos() : LONGEST.toNanos();
  }

  /** How much had changed at a moment. */
  private record Seen(long changes, long peerChanges) {}

  private Seen seen() {
    requireOpen();
    return new Seen(changes.get(), peerChanges.get());
  }

  /**
   * Waits until {@code end} or until something changed. Goes on if it was not the peers and {@code
   * more} holds, which is asked after each change and must not take long.
   *
   * @return what had changed before this returns, so that a look after it sees at least that
   */
  private Seen pause(Seen seen, long endNanos, BooleanSupplier more) throws InterruptedException {
    Seen now = seen;
    do {
      pause(now.changes, endNanos);
      now = seen();
    } while (now.peerChanges == seen.peerChanges
        && endNanos - nanoTime.getAsLong() > 0
        && more.getAsBoolean());
    return now;
  }

  private synchronized void pause(long seen, long endNanos) throws InterruptedException {
    pausing++;
    try {
      long left = endNanos - nanoTime.getAsLong();
      while (changes.get() == seen && left > 0 && !closed) {
        wait(left / 1_000_000 + 1);
        left = endNanos - nanoTime.getAsLong();
      }
    } finally {
      pausing--;
    }
    requireOpen();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "the registry was closed while it waited for its peers, and before anything was written");
    }
  }

  /** Returns whether nothing more comes from a peer, as far as is known. */
  private boolean stuck(Standing standing) {
    return standing.announced().flatMap(PeerState.RemoteHead::trouble).isPresent()
        || missing.lagsFor(standing.lane(), nanos(timeout));
  }

  /** The lanes that are waited for, and the head of each that was announced first. */
  private final class Targets {
    private final Map<Standing.Lane, Optional<PeerState.RemoteHead>> heads = new HashMap<>();
    private final Set<Key> peerKeys = new HashSet<>();
    private final boolean onlyTalking;

    /** One that was missing at the last look and whose registry is known; null if none is. */
    private @Nullable Standing witness;

    /** Whether a peer had not told all at the last look; when it has, the peers have changed. */
    private boolean untold;

    Targets(boolean onlyTalking) {
      this.onlyTalking = onlyTalking;
    }

    /** Adds the peers of {@code now}, to be waited for. */
    void add(List<Standing> now) {
      now.forEach(standing -> peerKeys.add(standing.lane().peer()));
    }

    /** Returns whether anything is missing. */
    boolean missing(List<Standing> now) {
      boolean missing = false;
      witness = null;
      untold = false;
      if (now.stream().noneMatch(Standing::canCatchUp)) {
        return false; // as mostly, and then without the heads of thousands of lanes
      }
      for (Standing standing : now) {
        if (peerKeys.contains(standing.lane().peer())) {
          heads.merge(
              standing.lane(), standing.announced(), (old, head) -> old.isPresent() ? old : head);
          if (standing.behind() && !reached(standing) && worthwhile(standing)) {
            missing = true;
            witness = standing.announced().isPresent() ? standing : witness;
            untold |= standing.lane().registryKey().isEmpty();
          }
        }
      }
      return missing;
    }

    /**
     * Returns whether one that was missing at the last look is so still, as long as its peer is
     * here and not stuck. Takes the same time for any number of registries.
     */
    boolean stillMissing() {
      Standing before = witness;
      if (before == null) {
        return untold;
      }
      Optional<Standing> now =
          registry(before).map(one -> Standing.of(before.lane(), one, before.announced()));
      return now.isPresent()
          && now.get().behind()
          && missing.isStillMissing(before.lane())
          && !reached(now.get())
          && worthwhile(now.get());
    }

    private boolean reached(Standing standing) {
      Optional<PeerState.RemoteHead> head = heads.getOrDefault(standing.lane(), Optional.empty());
      return head.isPresent()
          && registry(standing)
              .map(one -> one.holds(head.get().fork(), head.get().length()))
              .orElse(false);
    }

    /**
     * Returns how it stands now with what was waited for. A peer that goes on writing has announced
     * more by then, which does not count.
     */
    Standing asWaitedFor(Standing last) {
      KnownRegistry registry = registry(last).orElse(null);
      Optional<PeerState.RemoteHead> first = heads.getOrDefault(last.lane(), Optional.empty());
      if (registry == null || last.announced().isEmpty()) {
        return last;
      }
      boolean longerSince =
          reached(last) && first.map(one -> one.fork() == registry.progress.fork()).orElse(false);
      return Standing.of(last.lane(), registry, longerSince ? first : last.announced());
    }

    private Optional<KnownRegistry> registry(Standing standing) {
      return standing.lane().registryKey().flatMap(known::find);
    }

    private boolean worthwhile(Standing standing) {
      return !standing.hopeless() && !(onlyTalking && stuck(standing));
    }
  }
}
