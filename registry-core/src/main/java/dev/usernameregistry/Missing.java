package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * not missing does not become so, unless a log is cut or opened again, which is told.
 */
final class Missing {
  private static final Look NONE = new Look(-1, 0, List.of());

  private final KnownRegistries known;
  private final Supplier<List<PeerState>> peers;
  private final LongSupplier nanoTime;

  /** How often something was told; counted when a look can find it. */
  private final AtomicLong told = new AtomicLong();

  private final PeerNews news = new PeerNews();

  /** What was missing at the last look at it. Guarded by this. */
  private Map<Standing.Lane, Lag> lags = new HashMap<>();

  /** How many peers there were when all was compared. Guarded by this. */
  private long peerCount;

  /** The last look if nothing was missing, or none. */
  private volatile Look quiet = NONE;

  Missing(KnownRegistries known, Supplier<List<PeerState>> peers, LongSupplier nanoTime) {
    this.known = known;
    this.peers = peers;
    this.nanoTime = nanoTime;
  }

  /** Tells that peers announced these heads, beside those that they announced before. */
  void announced(List<PeerState> heads) {
    news.add(heads);
    told.incrementAndGet();
  }

  /** Tells that something else is different, such as who is connected. */
  void outdate() {
    news.outdate();
    told.incrementAndGet();
  }

  /** Notes since when peers leave us behind with what was told so far. */
  synchronized void note() {
    if (news.isOutdated()) {
      compareAll();
      return;
    }
    try {
      news.take().forEach(peer -> compareHeads(peer, this::keep));
    } catch (RuntimeException | Error failed) {
      news.outdate();
      throw failed;
    }
  }

  /** Compares all that the connected peers announced with what is here, and returns all of it. */
  synchronized List<Standing> compareAll() {
    quiet = NONE; // somebody may be there who was not told yet
    news.takeOutdated(); // whatever is told from here on is looked at again
    try {
      news.take(); // the peers show it
      List<PeerState> connected = peers.get();
      List<Standing> all = compare(connected);
      Map<Standing.Lane, Lag> now = new HashMap<>();
      all.stream().filter(Standing::behind).forEach(one -> now.put(one.lane(), lag(one)));
      lags = now;
      peerCount = connected.stream().map(PeerState::publicKey).distinct().count();
      return all;
    } catch (RuntimeException | Error failed) {
      news.outdate();
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
    for (Standing.Lane lane : List.copyOf(lags.keySet())) {
      again(lane).ifPresent(missing::add);
    }
    Look look = new Look(before, peerCount, missing);
    if (missing.isEmpty()) {
      quiet = look;
    }
    return look;
  }

  /**
   * Notes what is here by now of what was missing at the last look; returns whether anything of it
   * is missing still.
   */
  synchronized boolean isStillMissing(Standing.Lane lane) {
    return again(lane).isPresent();
  }

  /** Returns whether this is missing for so long, and nothing of it has come meanwhile. */
  synchronized boolean lagsFor(Standing.Lane lane, long nanos) {
    Lag lag = lags.get(lane);
    return lag != null && nanoTime.getAsLong() - lag.sinceNanos >= nanos;
  }

  private List<Standing> compare(List<PeerState> connected) {
    List<Standing> all = new ArrayList<>();
    for (PeerState peer : connected) {
      Optional<Key> key = peer.registryKey();
      if (key.isPresent() && !peer.toldAll()) {
        all.add(Standing.untold(Standing.Lane.of(peer, Optional.empty())));
      }
      if (key.flatMap(known::find).isEmpty() || !peer.heads().containsKey(key.get())) {
        all.add(withoutHead(Standing.Lane.of(peer, key)));
      }
      compareHeads(peer, all::add);
    }
    return all;
  }

  private void compareHeads(PeerState peer, Consumer<Standing> each) {
    peer.heads()
        .forEach(
            (key, head) ->
                withHead(Standing.Lane.of(peer, Optional.of(key)), head).ifPresent(each));
  }

  /** Returns nothing if the registry is not known. */
  private Optional<Standing> withHead(Standing.Lane lane, PeerState.RemoteHead head) {
    return lane.registryKey()
        .flatMap(known::find)
        .map(registry -> Standing.of(lane, registry, Optional.of(head)));
  }

  /** Compares a peer's own registry, of which it has not announced a head. */
  private Standing withoutHead(Standing.Lane lane) {
    if (lane.registryKey().isEmpty()) {
      return Standing.untold(lane);
    }
    return known
        .find(lane.registryKey().get())
        .map(registry -> Standing.of(lane, registry, Optional.empty()))
        .orElseGet(() -> Standing.unknown(lane, known.isFull()));
  }

  /** Compares again what was missing, and returns it if it still is. */
  private Optional<Standing> again(Standing.Lane lane) {
    Lag lag = lags.get(lane);
    if (lag == null) {
      return Optional.empty();
    }
    Optional<Standing> now =
        lag.announced.isPresent()
            ? withHead(lane, lag.announced.get())
            : Optional.of(withoutHead(lane));
    now.ifPresentOrElse(this::keep, () -> lags.remove(lane));
    return now.filter(Standing::behind);
  }

  private void keep(Standing standing) {
    if (standing.behind()) {
      lags.put(standing.lane(), lag(standing));
    } else {
      lags.remove(standing.lane());
    }
  }

  private Lag lag(Standing standing) {
    Lag before = lags.get(standing.lane());
    // of a peer that has not told all, it is progress that there is one registry more
    boolean untold = standing.lane().registryKey().isEmpty();
    long length = untold ? known.othersCount() : standing.entry().length();
    long sinceNanos =
        before != null
                && before.length == length
                && before.announced.isPresent() == standing.announced().isPresent()
            ? before.sinceNanos
            : nanoTime.getAsLong();
    return new Lag(standing.announced(), length, sinceNanos);
  }

  /**
   * Something that is missing.
   *
   * @param announced what the peer announced at last
   * @param length how much was here at the last look; of what was not told, how many registries
   * @param sinceNanos since when nothing of it has come
   */
  private record Lag(Optional<PeerState.RemoteHead> announced, long length, long sinceNanos) {}

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

  /**
   * What peers told and nobody has looked at yet: the heads that they announced, up to a bound, and
   * whether all peers are to be looked at. Safe from any thread.
   */
  static final class PeerNews {
    static final long HEADS_MAX = 16 << 10;

    // All guarded by this.

    private List<PeerState> peers = new ArrayList<>();

    /** Heads of all that were to be added, and one more for each peer. */
    private long heads;

    /** At first, because nobody has looked at any. */
    private boolean outdated = true;

    /**
     * Adds peers with the heads that they announced. If that would be more than is kept it is not
     * added, nor is what comes after it before the next {@link #take}, and all peers are to be
     * looked at.
     */
    synchronized void add(List<PeerState> news) {
      for (PeerState peer : news) {
        heads += 1 + peer.heads().size();
      }
      if (heads > HEADS_MAX) {
        outdated = true;
      } else {
        peers.addAll(news);
      }
    }

    /** All peers are to be looked at. */
    synchronized void outdate() {
      outdated = true;
    }

    /** Returns whether all peers are to be looked at. */
    synchronized boolean isOutdated() {
      return outdated;
    }

    /** Returns whether all peers are to be looked at, which is up to the caller from here on. */
    synchronized boolean takeOutdated() {
      boolean was = outdated;
      outdated = false;
      return was;
    }

    /** Returns the peers that were added since the last call, in their order. */
    synchronized List<PeerState> take() {
      List<PeerState> taken = peers;
      peers = new ArrayList<>();
      heads = 0;
      return taken;
    }
  }
}
