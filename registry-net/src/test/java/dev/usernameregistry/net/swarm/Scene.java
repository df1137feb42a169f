package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One swarm whose world the test plays by hand. */
final class Scene implements Discovery, Dialler, Reception {
  static final Key OWN = key(100);
  static final Key TOPIC = key(200);
  static final Key OTHER_TOPIC = key(201);
  static final Ipv4Address RELAY = new Ipv4Address(0x7f000001, 1000);
  static final Ipv4Address NODE = new Ipv4Address(0x7f000001, 2000);

  /** Few enough dials at a time that a test can see who waits. */
  static final SwarmOptions THREE_DIALS = limits(64, 256);

  final List<TestRound> rounds = new ArrayList<>();
  final List<TestDial> dials = new ArrayList<>();
  final List<TestLink> links = new ArrayList<>();
  final List<Unannounced> unannounced = new ArrayList<>();

  /** What was done with the reception. */
  final List<String> reception = new ArrayList<>();

  /** What waits for the reception to open, suspend or close; empty where that is done at once. */
  final List<Done> receptionDone = new ArrayList<>();

  /** What happens at once when a round starts, a dial starts, or a connection is opened. */
  Consumer<TestRound> onStart = round -> {};

  Consumer<TestDial> onDial = dial -> {};
  Consumer<TestLink> onOpen = link -> {};

  boolean receptionIsSlow;
  boolean unannouncingIsSlow;
  boolean closingIsSlow;
  boolean hasRelay;
  long nowNanos;
  final SwarmPolicy swarm;

  /** A wish to take an announcement back. */
  record Unannounced(Key topic, List<Ipv4Address> startNodes, Done done) {}

  Scene() {
    this(THREE_DIALS, Firewall.OPEN, 1);
  }

  Scene(SwarmOptions options, Firewall firewall, long seed) {
    // close to the end of what a long holds, where comparing instead of subtracting goes wrong
    nowNanos = Long.MAX_VALUE - Duration.ofSeconds(seed % 100).toNanos() - 1;
    swarm =
        new SwarmPolicy(OWN, options, firewall, new SwarmPorts(this, this, this), new Random(seed));
  }

  /** Returns these limits, with three dials at a time. */
  static SwarmOptions limits(int connectionsMax, int incomingMax) {
    return new SwarmOptions(connectionsMax, incomingMax, 3);
  }

  /** Returns the key whose first byte is {@code first}. */
  static Key key(int first) {
    byte[] bytes = new byte[Key.BYTES];
    bytes[0] = (byte) first;
    return Key.of(bytes);
  }

  /** Returns one of very many keys. */
  static Key manyKey(int number) {
    byte[] bytes = new byte[Key.BYTES];
    new Random(number).nextBytes(bytes);
    return Key.of(bytes);
  }

  void join(JoinOptions options) {
    swarm.join(TOPIC, options, nowNanos);
  }

  /** Joins as a client and lets a round find these peers. */
  void find(Key... keys) {
    join(JoinOptions.CLIENT);
    for (Key key : keys) {
      lastRound().found(key);
    }
    lastRound().done(NODE);
  }

  TestRound lastRound() {
    return rounds.get(rounds.size() - 1);
  }

  TestDial lastDial() {
    return dials.get(dials.size() - 1);
  }

  List<TestRound> runningRounds() {
    return rounds.stream().filter(TestRound::isRunning).toList();
  }

  List<TestDial> runningDials() {
    return dials.stream().filter(TestDial::isRunning).toList();
  }

  /** Returns the latest dial of a peer, which must be under way. */
  TestDial dialOf(Key key) {
    return dials.stream()
        .filter(dial -> dial.isRunning() && dial.key.equals(key))
        .findFirst()
        .orElseThrow(() -> new AssertionError(key.shortHex() + " is not being dialled"));
  }

  boolean isDialling(Key key) {
    return dials.stream().anyMatch(dial -> dial.isRunning() && dial.key.equals(key));
  }

  /** Lets a peer dial us, if its handshake is not refused. */
  TestLink accept(Key key) {
    TestLink link = new TestLink(key, false);
    swarm.accepted(link, nowNanos);
    return link;
  }

  /** Lets time pass, and everything happen that is due. */
  void advance(Duration duration) {
    long endNanos = nowNanos + duration.toNanos();
    for (int steps = 0; ; steps++) {
      long next = swarm.nextTimeoutNanos();
      if (next == Long.MAX_VALUE || next - endNanos > 0) {
        break;
      }
      if (steps > 10_000) {
        throw new AssertionError("time stands still at " + next);
      }
      nowNanos = next - nowNanos > 0 ? next : nowNanos;
      swarm.onTimeout(nowNanos);
    }
    nowNanos = endNanos;
    swarm.onTimeout(nowNanos);
  }

  /** Returns how long the swarm wants to sleep. */
  Duration untilTimeout() {
    return Duration.ofNanos(swarm.nextTimeoutNanos() - nowNanos);
  }

  boolean hasTimer() {
    return swarm.nextTimeoutNanos() != Long.MAX_VALUE;
  }

  @Override
  public Round start(
      Key topic,
      Purpose purpose,
      List<Ipv4Address> startNodes,
      RoundListener listener,
      long nowNanos) {
    TestRound round = new TestRound(topic, purpose, startNodes, listener);
    rounds.add(round);
    onStart.accept(round);
    return round;
  }

  @Override
  public void unannounce(Key topic, List<Ipv4Address> nodes, Done done, long nowNanos) {
    unannounced.add(new Unannounced(topic, nodes, done));
    if (!unannouncingIsSlow) {
      done.done(true, nowNanos);
    }
  }

  @Override
  public Dial dial(
      Key remoteKey,
      List<Ipv4Address> relayAddresses,
      boolean forceRelay,
      DialListener listener,
      long nowNanos) {
    TestDial dial = new TestDial(remoteKey, relayAddresses, forceRelay, listener);
    dials.add(dial);
    onDial.accept(dial);
    dial.overAtOnce = dial.over;
    return dial;
  }

  @Override
  public boolean hasRelay() {
    return hasRelay;
  }

  @Override
  public void open(Done done, long nowNanos) {
    receive("open", done);
  }

  @Override
  public void suspend(Done done, long nowNanos) {
    receive("suspend", done);
  }

  @Override
  public void resume(long nowNanos) {
    reception.add("resume");
  }

  @Override
  public void close(Done done, long nowNanos) {
    receive("close", done);
  }

  private void receive(String what, Done done) {
    reception.add(what);
    if (receptionIsSlow) {
      receptionDone.add(done);
    } else {
      done.done(true, nowNanos);
    }
  }

  /** A round of the DHT. */
  final class TestRound implements Round {
    final Key topic;
    final Purpose purpose;
    final List<Ipv4Address> startNodes;
    private final RoundListener listener;
    private boolean over;
    boolean cancelled;

    TestRound(Key topic, Purpose purpose, List<Ipv4Address> startNodes, RoundListener listener) {
      this.topic = topic;
      this.purpose = purpose;
      this.startNodes = startNodes;
      this.listener = listener;
    }

    boolean isRunning() {
      return !over && !cancelled;
    }

    void found(Key key, Ipv4Address... relays) {
      listener.found(key, List.of(relays), nowNanos);
    }

    void done(Ipv4Address... closest) {
      over = true;
      listener.done(List.of(closest), nowNanos);
    }

    @Override
    public void cancel(long nowNanos) {
      if (!isRunning()) {
        throw new AssertionError("cancelled a round that is over");
      }
      cancelled = true;
    }
  }

  /** A dial. */
  final class TestDial implements Dial {
    final Key key;
    final List<Ipv4Address> relays;
    final boolean forced;
    private final DialListener listener;
    private boolean over;
    private boolean overAtOnce;
    boolean aborted;
    boolean withdrawn;

    TestDial(Key key, List<Ipv4Address> relays, boolean forced, DialListener listener) {
      this.key = key;
      this.relays = relays;
      this.forced = forced;
      this.listener = listener;
    }

    boolean isRunning() {
      return !over && !aborted;
    }

    TestLink connect() {
      over = true;
      TestLink link = new TestLink(key, true);
      listener.connected(link, nowNanos);
      return link;
    }

    void fail() {
      fail(false);
    }

    void fail(boolean relayHelps) {
      over = true;
      listener.failed(relayHelps, nowNanos);
    }

    @Override
    public void abort(long nowNanos) {
      if (!isRunning() && !overAtOnce) {
        throw new AssertionError("aborted a dial that is over");
      }
      aborted = true;
    }

    @Override
    public void withdraw(long nowNanos) {
      if ((!isRunning() && !overAtOnce) || withdrawn) {
        throw new AssertionError("withdrew a dial that is over");
      }
      withdrawn = true;
    }
  }

  /** One end of a connection. */
  final class TestLink implements Link {
    private final Key remoteKey;
    final boolean initiator;
    boolean hasTraffic;
    int keepAlives;
    boolean opened;
    @Nullable Reason destroyed;
    boolean closed;
    Ipv4Address remote = new Ipv4Address(20 << 24 | links.size(), 1);

    TestLink(Key remoteKey, boolean initiator) {
      this.remoteKey = remoteKey;
      this.initiator = initiator;
      links.add(this);
    }

    @Override
    public Ipv4Address remoteAddress() {
      return remote;
    }

    boolean isOpen() {
      return opened && destroyed == null && !closed;
    }

    void close() {
      if (!closed) {
        closed = true;
        swarm.closed(this, nowNanos);
      }
    }

    @Override
    public Key remoteKey() {
      return remoteKey;
    }

    @Override
    public boolean hasTrafficBothWays() {
      return hasTraffic;
    }

    @Override
    public void sendKeepAlive(long nowNanos) {
      if (closed || destroyed != null) {
        throw new AssertionError("kept alive although destroyed");
      }
      keepAlives++;
    }

    @Override
    public void open(long nowNanos) {
      if (opened || destroyed != null) {
        throw new AssertionError("opened twice or after it was destroyed");
      }
      opened = true;
      onOpen.accept(this);
    }

    @Override
    public void destroy(Reason reason, long nowNanos) {
      if (destroyed != null) {
        throw new AssertionError("destroyed twice");
      }
      destroyed = reason;
      if (!closingIsSlow) {
        close();
      }
    }
  }
}
