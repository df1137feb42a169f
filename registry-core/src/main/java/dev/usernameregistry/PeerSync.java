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
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Compares what connected peers announced with what is here, and waits until it is here. Safe from
 * any thread.
 *
 * <p>A peer that leaves us behind without any progress for the sync timeout is silent: registering
 * does not wait for it again until something comes.
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
        all.add(Standing.of(peer, told.get()));
      } else if (!peer.heads().containsKey(told.get())) {
        all.add(Standing.of(peer, registry.get(), Optional.empty()));
      }
      announced(peer).forEach(all::add);
    }
    noteLags(all);
    return all;
  }

  /** Notes who leaves us behind since when, as far as {@code news} tells. */
  void note(List<PeerState> news) {
    news.forEach(peer -> announced(peer).forEach(this::noteLag));
  }

  private Stream<Standing> announced(PeerState peer) {
    return peer.heads().entrySet().stream()
        .flatMap(
            head ->
                known.find(head.getKey()).stream()
                    .map(one -> Standing.of(peer, one, Optional.of(head.getValue()))));
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
    long seen = changes();
    while (peers.get().stream().map(PeerState::publicKey).distinct().count() < count) {
      long leftNanos = end - nanoTime.getAsLong();
      if (leftNanos <= 0) {
        return false;
      }
      pause(seen, leftNanos);
      seen = changes();
    }
    return true;
  }

  /** Wakes those who wait, because something may be different. Never waits. */
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
    long seen = changes();
    Targets targets = new Targets();
    boolean looks = looks(lookingEnd);
    List<Standing> now = standings(); // later than that, so whoever was found is among them
    targets.add(now);
    while (looks || targets.missing(now, onlyTalking)) {
      long leftNanos = (looks ? lookingEnd : end) - nanoTime.getAsLong();
      if (leftNanos <= 0 && !looks) {
        break;
      }
      pause(seen, leftNanos);
      seen = changes();
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

  private long changes() {
    requireOpen();
    return changes.get();
  }

  private synchronized void pause(long seen, long atMostNanos) throws InterruptedException {
    long end = nanoTime.getAsLong() + atMostNanos;
    pausing++;
    try {
      for (long left = atMostNanos; changes.get() == seen && left > 0 && !closed; ) {
        wait(left / 1_000_000 + 1);
        left = end - nanoTime.getAsLong();
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

    /** Adds the peers of {@code now}, to be waited for. */
    void add(List<Standing> now) {
      now.forEach(standing -> peerKeys.add(standing.peer().publicKey()));
    }

    boolean missing(List<Standing> now, boolean onlyTalking) {
      boolean missing = false;
      for (Standing standing : now) {
        if (peerKeys.contains(standing.peer().publicKey())) {
          heads.merge(
              standing.lane(), standing.announced(), (old, head) -> old.isPresent() ? old : head);
          missing |= standing.behind() && !reached(standing) && worthwhile(standing, onlyTalking);
        }
      }
      return missing;
    }

    private boolean reached(Standing standing) {
      Optional<PeerState.RemoteHead> head = heads.getOrDefault(standing.lane(), Optional.empty());
      return head.isPresent()
          && standing
              .registryKey()
              .flatMap(known::find)
              .map(one -> one.holds(head.get().fork(), head.get().length()))
              .orElse(false);
    }

    private boolean worthwhile(Standing standing, boolean onlyTalking) {
      boolean stuck =
          standing.announced().flatMap(PeerState.RemoteHead::trouble).isPresent()
              || silent(standing);
      return !standing.hopeless() && !(onlyTalking && stuck);
    }
  }
}
