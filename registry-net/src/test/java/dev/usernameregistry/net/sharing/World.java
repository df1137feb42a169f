package dev.usernameregistry.net.sharing;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.noise.SecretStreamOptions;
import dev.usernameregistry.net.time.Times;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Whole peers in one thread, and the air between them, which cuts bytes where it likes, on a clock
 * that the test moves. What would run elsewhere runs in any order. A connection is asked for bytes
 * only after something was brought to it or it asked to be woken, as by the driver of sockets.
 */
final class World implements Loop {
  static final int PENDING_MAX = 4;
  static final int CONNECTIONS_MAX = 8;

  private static final SharingOptions OPTIONS =
      new SharingOptions(PENDING_MAX, CONNECTIONS_MAX, 1 << 20, SecretStreamOptions.DEFAULT);

  /** The clock wraps six seconds after the start. */
  long nowNanos = Long.MAX_VALUE - Duration.ofSeconds(6).toNanos();

  private final Random random;
  private final Queue<Runnable> tasks = new ArrayDeque<>();

  /** What runs on other threads, a list for each peer. */
  private final List<List<Runnable>> works = new ArrayList<>();

  /** Those of peers whose disks do something only when nothing else happens any more. */
  private final List<List<Runnable>> slowWorks = new ArrayList<>();

  private final List<End> ends = new ArrayList<>();

  World(long seed) {
    random = new Random(seed);
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public long nowNanos() {
    return nowNanos;
  }

  /** Starts a peer in this world. */
  Inhabitant start(TestPeer peer) {
    Inhabitant inhabitant = new Inhabitant(peer);
    peer.start(inhabitant);
    return inhabitant;
  }

  /** Connects two peers. */
  Link connect(Inhabitant from, Inhabitant to) {
    Link link = new Link();
    link.dialling.connection =
        from.sharing()
            .dialled("there:1", link.dialling::wake, (how, was) -> link.how = how, nowNanos);
    link.accepting.connection = to.sharing().accept("here:2", link.accepting::wake, nowNanos);
    ends.add(link.dialling);
    ends.add(link.accepting);
    return link;
  }

  /** Does all there is to do now. */
  void settle() {
    while (step()) {}
  }

  /** Does some of what there is to do now; returns whether there was anything. */
  boolean step() {
    boolean moved = false;
    for (Runnable task; (task = tasks.poll()) != null; moved = true) {
      task.run();
    }
    for (End end : List.copyOf(ends)) {
      moved |= end.carry();
    }
    moved |= runOneOfEach(works);
    return moved || runOneOfEach(slowWorks);
  }

  private boolean runOneOfEach(List<List<Runnable>> lists) {
    boolean ran = false;
    for (List<Runnable> waiting : lists) {
      if (!waiting.isEmpty()) {
        waiting.remove(random.nextInt(waiting.size())).run();
        ran = true;
      }
    }
    return ran;
  }

  /** Lets time pass, from one timer to the next. */
  void pass(long nanos) {
    long until = nowNanos + nanos;
    settle();
    for (long next = nextTimeoutNanos(); Times.isDue(next, until); next = nextTimeoutNanos()) {
      nowNanos = next - nowNanos > 0 ? next : nowNanos;
      for (End end : List.copyOf(ends)) {
        end.onTimeout();
      }
      settle();
    }
    nowNanos = until;
  }

  private long nextTimeoutNanos() {
    return ends.stream().mapToLong(End::nextTimeoutNanos).reduce(Long.MAX_VALUE, Times::earlier);
  }

  /** Two ends of one connection. */
  final class Link {
    final End dialling = new End(this);
    final End accepting = new End(this);

    /** Whether bytes are lost instead of carried. */
    boolean cut;

    /** How the connection ended for the peer that dialled. */
    Connection.@Nullable End how;

    private End other(End end) {
      return end == dialling ? accepting : dialling;
    }
  }

  /** One peer's end of a connection. */
  final class End {
    private final Link link;
    @Nullable Connection connection;

    /** Bytes that were brought to the connection. */
    long received;

    /** Whether the connection may have bytes to send. */
    private boolean woken = true;

    End(Link link) {
      this.link = link;
    }

    void wake() {
      woken = true;
    }

    boolean carry() {
      Connection live = connection;
      if (live == null || !woken) {
        return false;
      }
      woken = false;
      boolean moved = false;
      ByteBuffer bytes;
      while (link.other(this).wantsBytes() && (bytes = live.nextBytes(nowNanos)) != null) {
        deliver(bytes);
        moved = true;
      }
      woken |= !link.other(this).wantsBytes();
      if (live.ended()) {
        gone();
        link.other(this).hangUp();
        moved = true;
      }
      return moved;
    }

    private boolean wantsBytes() {
      return connection == null || link.cut || connection.wantsBytes();
    }

    private void deliver(ByteBuffer bytes) {
      Connection to = link.other(this).connection;
      link.other(this).received += bytes.remaining();
      while (bytes.hasRemaining() && to != null && !link.cut) {
        int count = Math.min(bytes.remaining(), 1 + random.nextInt(700));
        to.receive(bytes.slice(bytes.position(), count), nowNanos);
        bytes.position(bytes.position() + count);
        link.other(this).wake();
      }
    }

    private void hangUp() {
      if (!link.cut) {
        gone();
      }
    }

    private void gone() {
      if (connection != null) {
        connection.gone("hung up", nowNanos);
        connection = null;
        ends.remove(this);
      }
    }

    private void onTimeout() {
      if (connection != null) {
        connection.onTimeout(nowNanos);
        wake();
      }
    }

    private long nextTimeoutNanos() {
      return connection == null ? Long.MAX_VALUE : connection.nextTimeoutNanos();
    }
  }

  /** The network of one peer, without sockets. */
  final class Inhabitant implements LogNetwork, LogNetwork.Running {
    private final Sharing sharing;
    private final List<Runnable> waiting = new ArrayList<>();

    Inhabitant(TestPeer peer) {
      works.add(waiting);
      sharing =
          new Sharing(
              peer, OPTIONS, new SecureRandom(), InstantSource.system(), World.this, waiting::add);
    }

    /** From now on its disk does something only when nothing else happens any more. */
    void slowDown() {
      haltDisk();
      slowWorks.add(waiting);
    }

    /** From now on its disk does nothing until {@link #slowDown}. */
    void haltDisk() {
      works.removeIf(list -> list == waiting); // others may be equal
    }

    /** Returns how much waits to run on other threads. */
    int works() {
      return waiting.size();
    }

    Sharing sharing() {
      return sharing;
    }

    @Override
    public LogNetwork.Running start(NetworkHost host) {
      host.logs().forEach(this::replicate);
      settle();
      return this;
    }

    @Override
    public void replicate(Log log) {
      sharing.replicate(List.of(log));
    }

    @Override
    public void forget(Log log) {
      sharing.execute(now -> sharing.forget(log, () -> {}, now));
    }

    @Override
    public List<PeerState> peers() {
      return sharing.peers();
    }

    @Override
    public List<String> listening() {
      return List.of();
    }

    @Override
    public void close() {
      sharing.close(nowNanos);
      settle();
    }
  }
}
