package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Random;
import java.util.Set;

/**
 * Swarms, a DHT that they all see, and the air between them. Every message takes its own random
 * time, so that any may overtake any other. All is drawn from a seed.
 */
final class Air {
  private static final Ipv4Address NODE = new Ipv4Address(1, 1);

  /** After this long without a word from the other end, a connection is closed. */
  static final Duration SILENCE = Duration.ofSeconds(20);

  final Random random;
  final List<Node> nodes = new ArrayList<>();

  /** How long a message takes at most. */
  Duration latencyMax = Duration.ofMillis(200);

  /** Whether the ends of a connection begin to talk as soon as they have it. */
  boolean talkative;

  long nowNanos;

  private final Map<Key, Set<Key>> announced = new LinkedHashMap<>();
  private final Queue<Event> events =
      new PriorityQueue<>(
          (a, b) ->
              a.dueNanos != b.dueNanos
                  ? Long.compare(a.dueNanos, b.dueNanos)
                  : Long.compare(a.number, b.number));
  private long eventCount;

  private record Event(long dueNanos, long number, Runnable action) {}

  Air(long seed) {
    random = new Random(seed);
  }

  Node add(SwarmOptions options) {
    byte[] key = new byte[Key.BYTES];
    random.nextBytes(key);
    Node node = new Node(Key.of(key), options);
    nodes.add(node);
    return node;
  }

  Node nodeOf(Key key) {
    return nodes.stream().filter(node -> node.key.equals(key)).findFirst().orElseThrow();
  }

  boolean isAnnouncedAnywhere(Key key) {
    return announced.values().stream().anyMatch(keys -> keys.contains(key));
  }

  void later(Runnable action) {
    after(random.nextLong(latencyMax.toNanos()) + 1, action);
  }

  void after(long delayNanos, Runnable action) {
    events.add(new Event(nowNanos + delayNanos, eventCount++, action));
  }

  /** Lets everything happen that happens within this time. */
  void run(Duration duration) {
    long endNanos = nowNanos + duration.toNanos();
    while (true) {
      long next = endNanos;
      Node wakes = null;
      for (Node node : nodes) {
        if (node.swarm.nextTimeoutNanos() < next) {
          next = node.swarm.nextTimeoutNanos();
          wakes = node;
        }
      }
      if (!events.isEmpty() && events.element().dueNanos <= next) {
        Event event = events.remove();
        nowNanos = event.dueNanos;
        event.action.run();
      } else if (wakes != null) {
        nowNanos = Math.max(nowNanos, next);
        wakes.swarm.onTimeout(nowNanos);
      } else {
        nowNanos = endNanos;
        return;
      }
    }
  }

  /** One swarm and its ports. */
  final class Node implements Discovery, Dialler, Reception {
    final Key key;
    final Set<AirEnd> ends = new LinkedHashSet<>();
    SwarmPolicy swarm;
    boolean gone;

    Node(Key key, SwarmOptions options) {
      this.key = key;
      swarm = start(options);
    }

    SwarmPolicy start(SwarmOptions options) {
      return new SwarmPolicy(
          key,
          options,
          Firewall.OPEN,
          new SwarmPorts(this, this, this),
          new Random(random.nextLong()));
    }

    /** Dies without a word to anybody and comes back as somebody with the same key. */
    void crash(SwarmOptions options) {
      for (AirEnd end : List.copyOf(ends)) {
        end.vanish();
      }
      swarm = start(options);
    }

    /** Returns the connections that the application has. */
    List<AirEnd> open() {
      return ends.stream().filter(end -> end.opened && !end.over).toList();
    }

    List<AirEnd> openTo(Node other) {
      return open().stream().filter(end -> end.remoteKey().equals(other.key)).toList();
    }

    @Override
    public Round start(
        Key topic,
        Purpose purpose,
        List<Ipv4Address> startNodes,
        RoundListener listener,
        long now) {
      boolean[] cancelled = {false};
      Set<Key> keys = announced.computeIfAbsent(topic, any -> new LinkedHashSet<>());
      long halfNanos = random.nextLong(latencyMax.toNanos()) + 1;
      after(
          halfNanos,
          () -> {
            for (Key found : List.copyOf(keys)) {
              if (!cancelled[0]) {
                listener.found(found, List.of(NODE), nowNanos);
              }
            }
          });
      after(
          halfNanos + random.nextLong(latencyMax.toNanos()) + 1,
          () -> {
            if (cancelled[0]) {
              return;
            }
            if (purpose.announces()) {
              keys.add(key);
            } else if (purpose == Purpose.UNANNOUNCE) {
              keys.remove(key);
            }
            listener.done(List.of(NODE), nowNanos);
          });
      return any -> cancelled[0] = true;
    }

    @Override
    public void unannounce(Key topic, List<Ipv4Address> from, Done done, long now) {
      later(
          () -> {
            announced.getOrDefault(topic, Set.of()).remove(key);
            done.done(true, nowNanos);
          });
    }

    @Override
    public Dial dial(
        Key remoteKey,
        List<Ipv4Address> relayAddresses,
        boolean forceRelay,
        DialListener listener,
        long now) {
      AirDial attempt = new AirDial(Air.this, this, nodeOf(remoteKey), listener);
      later(attempt::arrive);
      after(SILENCE.toNanos() / 2, attempt::giveUp);
      return attempt;
    }

    @Override
    public boolean hasRelay() {
      return false;
    }

    @Override
    public void open(Done done, long now) {
      later(() -> done.done(true, nowNanos));
    }

    @Override
    public void suspend(Done done, long now) {
      later(() -> done.done(true, nowNanos));
    }

    @Override
    public void resume(long now) {}

    @Override
    public void close(Done done, long now) {
      later(() -> done.done(true, nowNanos));
    }
  }
}
