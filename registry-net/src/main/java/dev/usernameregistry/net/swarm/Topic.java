package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.swarm.Discovery.Purpose;
import dev.usernameregistry.net.time.Times;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One topic: what is done on it, the round that is under way, and when the next one begins. */
final class Topic {
  /** Different peers taken from one round. */
  static final int FOUND_MAX = 1_024;

  /** Nodes kept from round to round to begin with. */
  static final int NODES_MAX = 20;

  private static final long REFRESH_NANOS = Duration.ofMinutes(10).toNanos();
  private static final long REFRESH_JITTER_NANOS = Duration.ofMinutes(2).toNanos();

  /** After a round that no node answered: the DHT was out of reach, or is only just in reach. */
  private static final long UNANSWERED_NANOS = Duration.ofSeconds(30).toNanos();

  /**
   * After the first announcement the topic is looked up once more, this much later and up to twice
   * as much: of two peers that look up before either has announced itself, none finds the other.
   */
  private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(2).toNanos();

  /** A timer that is later than this shows that the machine was asleep. */
  private static final long OVERDUE_NANOS = Duration.ofSeconds(30).toNanos();

  /** What topics need of the swarm. */
  interface Surroundings {
    Discovery discovery();

    RandomGenerator random();

    /** Tells when our own key can be found, after starting to see to that. */
    void whenReachable(Done done, long nowNanos);

    /** A peer was found on a topic; returns false if it is ourselves, banned, or one too many. */
    boolean found(Key topic, Key peer, List<Ipv4Address> relayAddresses, long nowNanos);

    /** A peer that this round found before was found once more. */
    void foundAgain(Key peer, List<Ipv4Address> relayAddresses);
  }

  private final Key key;
  private final Surroundings swarm;

  /** When what was here before under the same key is gone. */
  private final Milestone before;

  private JoinOptions options;

  private @Nullable Running round;
  private Milestone flushed;
  private boolean stopped;

  /** When the announcement is taken back, after {@link #stop}. */
  private Milestone gone = new Milestone();

  /** Whether nodes may have our announcement. */
  private boolean announced;

  /** Different peers that the latest round found, or the one under way if that found more. */
  private int foundCount;

  private boolean answered;

  /** Whether old announcements of our key have been taken back. */
  private boolean cleared;

  /** The closest nodes of the latest round that found any. */
  private List<Ipv4Address> closest = List.of();

  /** Whether the topic was looked up once more after the first announcement, or is about to be. */
  private boolean lookedAgain;

  /** Whether the next round that the timer begins is that one. */
  private boolean looksAgain;

  /** When the next round begins; {@link Long#MAX_VALUE} for never. */
  private long refreshNanos = Long.MAX_VALUE;

  Topic(Key key, JoinOptions options, Surroundings swarm, Milestone before, long nowNanos) {
    this.key = key;
    this.options = options;
    this.swarm = swarm;
    this.before = before;
    flushed = Milestone.reached(nowNanos);
  }

  Key key() {
    return key;
  }

  TopicState state() {
    return new TopicState(key, announced && cleared, answered, foundCount);
  }

  Milestone flushed() {
    return flushed;
  }

  long nextTimeoutNanos() {
    return refreshNanos;
  }

  void onTimeout(long nowNanos) {
    if (!Times.isDue(refreshNanos, nowNanos)) {
      return;
    }
    if (nowNanos - refreshNanos > OVERDUE_NANOS) {
      refreshNanos = nowNanos + jitter(REFRESH_JITTER_NANOS);
    } else if (looksAgain) {
      lookAgain(nowNanos);
    } else {
      refresh(nowNanos);
    }
  }

  private void lookAgain(long nowNanos) {
    looksAgain = false;
    refreshNanos = Long.MAX_VALUE;
    Running next = new Running(true);
    round = next;
    next.begin(nowNanos);
  }

  /** Does from now on what {@code wanted} says, and refreshes. */
  void join(JoinOptions wanted, long nowNanos) {
    if (!wanted.equals(options)) {
      options = wanted;
      cancelRound(nowNanos);
    }
    refresh(nowNanos);
  }

  /** Begins a round, unless one is under way. */
  void refresh(long nowNanos) {
    if (stopped || (round != null && !round.onlyLooks)) {
      return;
    }
    cancelRound(nowNanos);
    refreshNanos = Long.MAX_VALUE;
    looksAgain = false;
    if (flushed.isReached()) {
      flushed = new Milestone();
    }
    Running next = new Running(false);
    round = next;
    before.then((complete, now) -> next.reach(now), nowNanos);
  }

  /** Stops for a while or for good; reached when the announcement is taken back. */
  Milestone stop(boolean unannounce, long nowNanos) {
    if (stopped) {
      return gone;
    }
    stopped = true;
    lookedAgain = false;
    refreshNanos = Long.MAX_VALUE;
    cancelRound(nowNanos);
    Milestone end = new Milestone();
    gone = end;
    boolean out = announced;
    announced = false;
    if (out && unannounce) {
      swarm.discovery().unannounce(key, closest, end, nowNanos);
    } else {
      before.then(end, nowNanos);
    }
    flushed.done(false, nowNanos);
    return end;
  }

  void resume(long nowNanos) {
    stopped = false;
    refresh(nowNanos);
  }

  private void cancelRound(long nowNanos) {
    Running running = round;
    if (running != null) {
      round = null;
      running.cancel(nowNanos);
    }
  }

  private long jitter(long mostNanos) {
    return swarm.random().nextLong(mostNanos + 1);
  }

  /** One round, from the wish for it to its end. */
  private final class Running implements Discovery.RoundListener {
    /** Whether it announces nothing although our announcement stays out. */
    private final boolean onlyLooks;

    private final Set<Key> seen = new HashSet<>();

    /** Those of {@link #seen} that are neither ourselves nor banned. */
    private int others;

    private Purpose purpose = Purpose.LOOKUP;
    private Discovery.@Nullable Round asked;

    /** Whether it is over; nothing that comes later counts. */
    private boolean ended;

    Running(boolean onlyLooks) {
      this.onlyLooks = onlyLooks;
    }

    /** Sees to it that we can be dialled, if we are to be announced. */
    void reach(long nowNanos) {
      if (ended) {
        return;
      }
      if (options.server()) {
        swarm.whenReachable((complete, now) -> begin(now), nowNanos);
      } else {
        begin(nowNanos);
      }
    }

    private void begin(long nowNanos) {
      if (ended) {
        return;
      }
      purpose = purpose();
      announced |= purpose.announces();
      asked = swarm.discovery().start(key, purpose, closest, this, nowNanos);
    }

    private Purpose purpose() {
      if (onlyLooks) {
        return Purpose.LOOKUP;
      }
      if (options.server()) {
        return cleared ? Purpose.ANNOUNCE : Purpose.CLEAR_AND_ANNOUNCE;
      }
      return announced ? Purpose.UNANNOUNCE : Purpose.LOOKUP;
    }

    void cancel(long nowNanos) {
      ended = true;
      if (asked != null) {
        asked.cancel(nowNanos);
      }
    }

    @Override
    public void found(Key peer, List<Ipv4Address> relayAddresses, long nowNanos) {
      if (ended || !options.client()) {
        return;
      }
      if (seen.contains(peer)) {
        swarm.foundAgain(peer, relayAddresses);
        return;
      }
      if (seen.size() >= FOUND_MAX) {
        return;
      }
      seen.add(peer);
      if (swarm.found(key, peer, relayAddresses, nowNanos)) {
        others++;
        foundCount = Math.max(foundCount, others);
      }
    }

    @Override
    public void done(List<Ipv4Address> closestNodes, long nowNanos) {
      if (ended) {
        return;
      }
      ended = true;
      round = null;
      foundCount = others;
      if (closestNodes.isEmpty()) {
        refreshNanos = nowNanos + UNANSWERED_NANOS + jitter(UNANSWERED_NANOS);
      } else {
        closest = closestNodes.stream().limit(NODES_MAX).toList();
        answered = true;
        settle();
        schedule(nowNanos);
      }
      flushed.done(!closestNodes.isEmpty(), nowNanos);
    }

    private void schedule(long nowNanos) {
      if (purpose.announces() && options.client() && !lookedAgain) {
        lookedAgain = true;
        looksAgain = true;
        refreshNanos = nowNanos + LOOK_AGAIN_NANOS + jitter(LOOK_AGAIN_NANOS);
      } else {
        refreshNanos = nowNanos + REFRESH_NANOS + jitter(REFRESH_JITTER_NANOS);
      }
    }

    private void settle() {
      if (purpose.announces()) {
        cleared = true;
      } else if (purpose == Purpose.UNANNOUNCE) {
        announced = false;
      }
    }
  }
}
