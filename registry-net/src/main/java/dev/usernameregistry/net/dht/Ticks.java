package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.dht.DhtListener.Event;
import dev.usernameregistry.net.dht.DhtOptions.Persistence;
import dev.usernameregistry.net.time.Times;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a node does every five seconds, or every so many times five seconds. */
final class Ticks {
  static final long TICK_NANOS = 5_000_000_000L;

  /** A longer gap between two ticks means that the machine slept. */
  private static final long SLEPT_NANOS = 3 * TICK_NANOS;

  /**
   * So does a wall clock that went on by more than this while the other clock stood still, as the
   * monotonic clocks of Linux and macOS do during a suspend.
   */
  private static final long SLEPT_WALL_MILLIS = 10_000;

  private static final int PING_TICKS = 8;
  private static final int FEW_NODES_TICKS = 64;

  /** Until an adaptive node first sees whether it can be persistent: twenty minutes. */
  private static final int STABLE_TICKS = 240;

  /** Until it looks again. */
  private static final int MORE_STABLE_TICKS = 3 * STABLE_TICKS;

  private final NodeState state;
  private final NodeChecks checks;
  private final Requests requests;
  private final Queries queries;
  private final NetworkCheck networkCheck;
  private final Health health = new Health();
  private int stableTicks = STABLE_TICKS;

  /** The own host at the last check. */
  private @Nullable Integer checkedHost;

  private final LongSupplier wallMillis;
  private long lastNanos;
  private long lastWallMillis;
  private long nextNanos = Long.MAX_VALUE;

  Ticks(
      NodeState state,
      NodeChecks checks,
      Queries queries,
      NetworkCheck networkCheck,
      LongSupplier wallMillis) {
    this.wallMillis = wallMillis;
    this.state = state;
    this.checks = checks;
    this.requests = queries.requests;
    this.queries = queries;
    this.networkCheck = networkCheck;
  }

  void start(long nowNanos) {
    ticked(nowNanos, wallMillis.getAsLong());
  }

  private void ticked(long nowNanos, long nowWallMillis) {
    lastNanos = nowNanos;
    lastWallMillis = nowWallMillis;
    nextNanos = nowNanos + TICK_NANOS;
  }

  void stop() {
    nextNanos = Long.MAX_VALUE;
  }

  long nextTimeoutNanos() {
    return nextNanos;
  }

  void onTimeout(long nowNanos) {
    if (!Times.isDue(nextNanos, nowNanos)) {
      return;
    }
    long nowWallMillis = wallMillis.getAsLong();
    if (slept(nowNanos, nowWallMillis)) {
      wakeUp(nowNanos);
    } else {
      state.tick++;
    }
    ticked(nowNanos, nowWallMillis);
    if (state.bootstrapped) {
      tick(nowNanos);
    }
  }

  private boolean slept(long nowNanos, long nowWallMillis) {
    long nanos = nowNanos - lastNanos;
    long stoodStillMillis = nowWallMillis - lastWallMillis - nanos / 1_000_000;
    return nanos > SLEPT_NANOS || stoodStillMillis > SLEPT_WALL_MILLIS;
  }

  private void tick(long nowNanos) {
    boolean refreshDue = queries.tick();
    if (isAdaptive() && state.ephemeral && --stableTicks <= 0) {
      checkNetwork(nowNanos);
    }
    boolean alone = state.tick % PING_TICKS == 0 && !checks.pingSome(nowNanos);
    boolean few =
        state.tick % FEW_NODES_TICKS == 0 && queries.nodes.size() < RoutingTable.ROW_NODES_MAX;
    if (alone) {
      queries.refresh(nowNanos);
    }
    if (few || refreshDue) {
      queries.refresh(nowNanos);
    }
    health.update(nowNanos);
  }

  private boolean isAdaptive() {
    return state.options.persistence() == Persistence.ADAPTIVE;
  }

  private void checkNetwork(long nowNanos) {
    stableTicks = MORE_STABLE_TICKS;
    Ipv4Address seen = state.sampler().address();
    Integer host = seen == null ? null : (Integer) seen.host();
    if (!Objects.equals(checkedHost, host)) {
      checkedHost = host;
      networkCheck.start(false, (changed, at) -> {}, nowNanos);
    }
  }

  /** Takes everything that is known for old. */
  void wakeUp(long nowNanos) {
    state.tick += 2 * NodeChecks.OLD_TICKS;
    state.tick += PING_TICKS - state.tick % PING_TICKS - 2; // pings in two ticks
    stableTicks = MORE_STABLE_TICKS;
    checkedHost = null;
    queries.refreshSoon();
    health.reset(nowNanos);
    if (isAdaptive() && !state.ephemeral) {
      state.ephemeral = true;
      state.tell(Event.EPHEMERAL, nowNanos);
    }
    state.tell(Event.WOKE_UP, nowNanos);
  }

  /** Concludes from answers and failures of the last ticks whether we are on a network at all. */
  private final class Health {
    /** Ticks before anything is concluded. */
    private static final int WARM_TICKS = 4;

    /** Ends of requests in one tick below which nothing is concluded. */
    private static final int IDLE_REQUESTS = 4;

    /** Ticks without any answer after which we are offline. */
    private static final int OFFLINE_TICKS = 2;

    private int ticks;
    private int offlineTicks;
    private long responses;
    private long timeouts;

    void update(long nowNanos) {
      long answered = requests.responses() - responses;
      long failed = requests.timeouts() - timeouts;
      responses += answered;
      timeouts += failed;
      if (++ticks < WARM_TICKS || answered + failed < IDLE_REQUESTS) {
        return;
      }
      offlineTicks = answered == 0 ? offlineTicks + 1 : 0;
      become(offlineTicks < OFFLINE_TICKS && (answered > 0 || state.online), nowNanos);
    }

    void reset(long nowNanos) {
      ticks = 0;
      offlineTicks = 0;
      become(true, nowNanos);
    }

    private void become(boolean online, long nowNanos) {
      if (state.online != online) {
        state.online = online;
        state.tell(online ? Event.ONLINE : Event.OFFLINE, nowNanos);
      }
    }
  }
}
