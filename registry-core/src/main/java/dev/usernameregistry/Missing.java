package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What connected peers announced and is not here, and since when each leaves us behind. Safe from
 * any thread; who tells does not wait for who looks.
 *
 * <p>To compare all that peers announced with what is here takes a time that grows with the number
 * of registries. So what is missing is kept, and brought up to date with the heads that were told
 * since; all is compared only when something else was told. This suffices because a head that is
 * not missing does not become so, except that a log is cut, which is told.
 */
final class Missing {
  private final KnownRegistries known;
  private final Supplier<List<PeerState>> peers;
  private final LongSupplier nanoTime;

  /** How often something was told; counted when a look can find it. */
  private final AtomicLong told = new AtomicLong();

  private final AnnouncedHeads news = new AnnouncedHeads();
  private final AtomicBoolean outdated = new AtomicBoolean(true);

  /** What was missing at the last look at it. Guarded by this. */
  private Map<Standing.Lane, Late> late = new HashMap<>();

  /** How many peers there were when all was compared. Guarded by this. */
  private long peerCount;

  /** A look at which nothing was missing. */
  private volatile Look quiet = new Look(-1, 0, List.of());

  Missing(KnownRegistries known, Supplier<List<PeerState>> peers, LongSupplier nanoTime) {
    this.known = known;
    this.peers = peers;
    this.nanoTime = nanoTime;
  }

  /** Tells that peers announced these heads, beside those that they announced before. */
  void announced(List<PeerState> heads) {
    if (!news.add(heads)) {
      outdated.set(true);
    }
    told.incrementAndGet();
  }

  /** Tells that something else is different, such as who is connected. */
  void outdate() {
    outdated.set(true);
    told.incrementAndGet();
  }

  /** Notes since when peers leave us behind with what was told so far. */
  synchronized void note() {
    if (outdated.get()) {
      compareAll();
    } else {
      news.take().forEach(peer -> announced(peer, this::note));
    }
  }

  /** Compares all that the connected peers announced with what is here, and returns all of it. */
  synchronized List<Standing> compareAll() {
    outdated.set(false); // whatever is told from here on is looked at again
    try {
      news.take(); // the peers show it
      List<PeerState> connected = peers.get();
      List<Standing> all = compare(connected);
      Map<Standing.Lane, Late> now = new HashMap<>();
      all.stream().filter(Standing::behind).forEach(one -> now.put(one.lane(), late(one)));
      late = now;
      peerCount = connected.stream().map(PeerState::publicKey).distinct().count();
      return all;
    } catch (RuntimeException failed) {
      outdated.set(true);
      throw failed;
    }
  }

  /** Looks at what is missing now of all that was told. */
  Look look() {
    Look last = quiet;
    return last.told == told.get() ? last : lookAgain();
  }

  private synchronized Look lookAgain() {
    long before = told.get();
    note();
    List<Standing> missing = new ArrayList<>();
    for (Late one : List.copyOf(late.values())) {
      Optional<Standing> now = now(one.standing);
      now.ifPresentOrElse(this::note, () -> late.remove(one.standing.lane()));
      now.filter(Standing::behind).ifPresent(missing::add);
    }
    Look look = new Look(before, peerCount, missing);
    if (missing.isEmpty()) {
      quiet = look;
    }
    return look;
  }

  /** Notes what is here by now of what was missing at the last look; returns whether it was. */
  synchronized boolean noteIfMissing(Standing standing) {
    return late.computeIfPresent(standing.lane(), (lane, before) -> late(standing)) != null;
  }

  /** Returns whether this is missing for so long, and nothing of it has come meanwhile. */
  synchronized boolean isLateFor(Standing standing, long nanos) {
    Late one = late.get(standing.lane());
    return one != null && nanoTime.getAsLong() - one.sinceNanos >= nanos;
  }

  private List<Standing> compare(List<PeerState> connected) {
    List<Standing> all = new ArrayList<>();
    for (PeerState peer : connected) {
      Optional<Key> key = peer.registryKey();
      if (key.isEmpty()
          || known.find(key.get()).isEmpty()
          || !peer.heads().containsKey(key.get())) {
        all.add(withoutHead(peer, key));
      }
      announced(peer, all::add);
    }
    return all;
  }

  /** Compares the heads of known registries. */
  private void announced(PeerState peer, Consumer<Standing> each) {
    peer.heads()
        .forEach(
            (key, head) ->
                known
                    .find(key)
                    .ifPresent(one -> each.accept(Standing.of(peer, one, Optional.of(head)))));
  }

  /** Compares a peer's own registry, of which it has not announced a head. */
  private Standing withoutHead(PeerState peer, Optional<Key> key) {
    return key.map(
            told ->
                known
                    .find(told)
                    .map(one -> Standing.of(peer, one, Optional.empty()))
                    .orElseGet(() -> Standing.of(peer, told, known.isFull())))
        .orElseGet(() -> Standing.of(peer));
  }

  /** Compares again; returns nothing if it is of a registry that is not known any more. */
  private Optional<Standing> now(Standing before) {
    return before.announced().isEmpty()
        ? Optional.of(withoutHead(before.peer(), before.registryKey()))
        : before
            .registryKey()
            .flatMap(known::find)
            .map(one -> Standing.of(before.peer(), one, before.announced()));
  }

  private void note(Standing standing) {
    if (standing.behind()) {
      late.put(standing.lane(), late(standing));
    } else {
      late.remove(standing.lane());
    }
  }

  private Late late(Standing standing) {
    Late before = late.get(standing.lane());
    return before != null && before.isAsFar(standing)
        ? new Late(standing, before.sinceNanos)
        : new Late(standing, nanoTime.getAsLong());
  }

  /**
   * What is missing, and since when nothing of it has come.
   *
   * @param standing as it was at the last look
   */
  private record Late(Standing standing, long sinceNanos) {
    boolean isAsFar(Standing now) {
      return standing.entry().length() == now.entry().length()
          && standing.announced().isPresent() == now.announced().isPresent();
    }
  }

  /**
   * What is missing at one moment.
   *
   * @param told how often something had been told
   * @param peers how many peers were connected
   */
  record Look(long told, long peers, List<Standing> missing) {
    SyncReport report() {
      return SyncReport.of(peers, missing);
    }
  }
}
