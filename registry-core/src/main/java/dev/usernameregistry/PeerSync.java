package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
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
 * <p>To look at all that peers announced takes a time that grows with the number of registries, and
 * while they are fetched something changes as often as there are registries. So whoever waits looks
 * at one of those that are missing, and at all only when that one is here or the peers changed.
 */
final class PeerSync {
  private static final Duration LONGEST = Duration.ofDays(365);

  private final KnownRegistries known;
  private final Supplier<List<PeerState>> peers;
  private final BooleanSupplier looking;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final long openedNanos;

  /** Written with this locked. */
  private volatile Map<Standing.Lane, Lag> lags = new HashMap<>();

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
    this.looking = looking;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    this.openedNanos = nanoTime.getAsLong();
  }

  /**
   * Returns what each connected peer announced, beside what is here now, and notes who leaves us
   * behind since when.
   */
  List<Standing> standings() {
    List<Standing> all = new ArrayList<>();
    for (PeerState peer : peers.get()) {
      Optional<Key> told = peer.registryKey();
      Optional<KnownRegistry> registry = told.flatMap(known::find);
      if (told.isEmpty()) {
        all.add(Standing.of(peer));
      } else if (registry.isEmpty()) {
        all.add(Standing.of(peer, told.get(), known.isFull()));
      } else if (!peer.heads().containsKey(told.get())) {
        all.add(Standing.of(peer, registry.get(), Optional.empty()));
      }
      announced(peer, all::add);
    }
    noteLags(all);
    return all;
  }

  /** Notes who leaves us behind since when, as far as {@code news} tells. */
  void note(List<PeerState> news) {
    news.forEach(peer -> announced(peer, this::noteLag));
    if (news.stream().anyMatch(PeerSync::tellsOfTrouble)) {
      peersChanged();
    }
  }

  private static boolean tellsOfTrouble(PeerState peer) {
    return peer.heads().values().stream().anyMatch(head -> head.trouble().isPresent());
  }

  private void announced(PeerState peer, Consumer<Standing> each) {
    peer.heads()
        .forEach(
            (key, head) ->
                known
                    .find(key)
                    .ifPresent(one -> each.accept(Standing.of(peer, one, Optional.of(head)))));
  }

  /**
   * Waits for the peers that are connected now, each as far as it had announced when first seen
   * here, except those that are silent. Just after the start it first waits until the network has
   * found its first peers, but no longer than until the sync timeout after the start.
   */
  SyncReport awaitTalking() throws InterruptedException {
    return await(timeout, true);
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
      if (end - nanoTime.getAsLong() <= 0 && !looks) {
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
    return new SyncReport(now.stream().map(Standing::entry).toList());
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
          "the registry was closed while it waited for its peers; nothing was written");
    }
  }

  private void noteLags(List<Standing> all) {
    if (!all.isEmpty() || !lags.isEmpty()) { // with no peer at all, callers do not meet here
      noteLagsLocked(all);
    }
  }

  private synchronized void noteLagsLocked(List<Standing> all) {
    long now = nanoTime.getAsLong();
    Map<Standing.Lane, Lag> next = new HashMap<>();
    for (Standing standing : all) {
      if (standing.behind()) {
        next.put(standing.lane(), lag(standing, now));
      }
    }
    lags = next;
  }

  private synchronized void noteLag(Standing standing) {
    if (standing.behind()) {
      lags.put(standing.lane(), lag(standing, nanoTime.getAsLong()));
    } else {
      lags.remove(standing.lane());
    }
  }

  /** Notes what is here by now of what a peer leaves us behind with; returns whether it does. */
  private synchronized boolean stillBehind(Standing standing) {
    return lags.computeIfPresent(
            standing.lane(), (lane, before) -> lag(standing, nanoTime.getAsLong()))
        != null;
  }

  /** Returns since when a peer leaves us behind; not to be called without the lock. */
  private Lag lag(Standing standing, long nowNanos) {
    Lag before = lags.get(standing.lane());
    long length = standing.entry().length();
    boolean announced = standing.announced().isPresent();
    return before != null && before.length() == length && before.announced() == announced
        ? before
        : new Lag(nowNanos, length, announced);
  }

  private synchronized boolean silent(Standing standing) {
    Lag lag = lags.get(standing.lane());
    return lag != null && nanoTime.getAsLong() - lag.sinceNanos() >= timeout.toNanos();
  }

  /** Since when a peer leaves us behind, with what is here since then. */
  private record Lag(long sinceNanos, long length, boolean announced) {}

  /** The lanes that are waited for, and the head of each that was announced first. */
  private final class Targets {
    private final Map<Standing.Lane, Optional<PeerState.RemoteHead>> heads = new HashMap<>();
    private final Set<Key> peerKeys = new HashSet<>();
    private final boolean onlyTalking;

    /** One that was missing at the last look and whose registry is known; null if none is. */
    private @Nullable Standing witness;

    Targets(boolean onlyTalking) {
      this.onlyTalking = onlyTalking;
    }

    /** Adds the peers of {@code now}, to be waited for. */
    void add(List<Standing> now) {
      now.forEach(standing -> peerKeys.add(standing.peer().publicKey()));
    }

    /** Returns whether anything is missing. */
    boolean missing(List<Standing> now) {
      boolean missing = false;
      witness = null;
      if (now.stream().noneMatch(Standing::canCatchUp)) {
        return false; // as mostly, and then without the heads of thousands of lanes
      }
      for (Standing standing : now) {
        if (peerKeys.contains(standing.peer().publicKey())) {
          heads.merge(
              standing.lane(), standing.announced(), (old, head) -> old.isPresent() ? old : head);
          if (standing.behind() && !reached(standing) && worthwhile(standing)) {
            missing = true;
            witness = standing.announced().isPresent() ? standing : witness;
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
        return false;
      }
      Optional<Standing> now =
          registry(before).map(one -> Standing.of(before.peer(), one, before.announced()));
      return now.isPresent()
          && now.get().behind()
          && stillBehind(now.get())
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

    private Optional<KnownRegistry> registry(Standing standing) {
      return standing.registryKey().flatMap(known::find);
    }

    private boolean worthwhile(Standing standing) {
      boolean stuck =
          standing.announced().flatMap(PeerState.RemoteHead::trouble).isPresent()
              || silent(standing);
      return !standing.hopeless() && !(onlyTalking && stuck);
    }
  }
}
