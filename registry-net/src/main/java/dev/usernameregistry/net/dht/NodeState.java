package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.dht.DhtListener.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** What a node knows of itself, and who is told when that changes. */
final class NodeState {
  DhtOptions options;

  /** Whether the server port is taken for closed. */
  boolean firewalled;

  /** Whether the node has no id that others may know. */
  boolean ephemeral = true;

  boolean bootstrapped;
  boolean started;
  boolean suspended;
  boolean online = true;
  int serverPort;
  int clientPort;

  /** The time that the caller told last. */
  long lastNanos;

  /** Counts spans of five seconds, from a random start. */
  long tick;

  private final List<DhtListener> listeners = new ArrayList<>();

  /** Calls to listeners that must not happen inside the call that caused them. */
  private final Deque<LongConsumer> deferred = new ArrayDeque<>();

  /** Nodes without an id that gave a sample; see {@link #sampleOfStranger}. */
  private final List<Ipv4Address> sampledStrangers = new ArrayList<>();

  /** Who gave the last samples, and when; the oldest first. */
  private final Deque<Sampled> sampled = new ArrayDeque<>();

  private NatSampler sampler = new NatSampler();

  private record Sampled(long source, long tick) {}

  NodeState(DhtOptions options) {
    this.options = options;
    this.firewalled = options.firewalled();
    if (options.publicAddress() != null) {
      sampler.add(options.publicAddress());
    }
  }

  void addListener(DhtListener listener) {
    listeners.add(listener);
  }

  void tell(Event event, long nowNanos) {
    for (DhtListener listener : List.copyOf(listeners)) {
      listener.changed(event, nowNanos);
    }
  }

  /** Has {@code call} made at the next timeout, which is due at once. */
  void defer(LongConsumer call) {
    deferred.add(call);
  }

  boolean hasDeferred() {
    return !deferred.isEmpty();
  }

  void callDeferred(long nowNanos) {
    for (int left = deferred.size(); left > 0; left--) {
      deferred.remove().accept(nowNanos);
    }
  }

  /** Returns the socket that the node's own requests leave from. */
  int requestSocket() {
    return firewalled ? DhtNode.CLIENT_SOCKET : DhtNode.SERVER_SOCKET;
  }

  NatSampler sampler() {
    return sampler;
  }

  /**
   * Takes in our address as a node of the routing table sees it. A host with one of the last
   * {@value NatSampler#SAMPLES_MAX} samples gives no other for half an hour: it may have nodes on
   * many ports, and one that leaves the table and comes again would be heard each time.
   */
  void sampleOfNode(Ipv4Address from, Ipv4Address to, long nowNanos) {
    long source = SourceRates.source(from);
    boolean heard =
        sampled.stream()
            .anyMatch(each -> each.source == source && tick - each.tick < NodeChecks.OLD_TICKS);
    if (heard) {
      return;
    }
    sampled.add(new Sampled(source, tick));
    if (sampled.size() > NatSampler.SAMPLES_MAX) {
      sampled.remove();
    }
    sample(to, nowNanos);
  }

  /** Takes in one sample of each host, whenever it gave the last one. */
  void hearAllAnew() {
    sampled.clear();
  }

  private void sample(Ipv4Address to, long nowNanos) {
    Ipv4Address before = sampler.address();
    sampler.add(to);
    tellIfChanged(before, nowNanos);
  }

  /**
   * Takes in our address as a node without an id sees it that we asked. Counts only for the first
   * few of them, as many as there are bootstrap nodes, because anybody may send without an id.
   */
  void sampleOfStranger(Ipv4Address from, Ipv4Address to, long nowNanos) {
    int max = Math.max(1, options.bootstrap().size());
    if (sampledStrangers.size() < max && !sampledStrangers.contains(from)) {
      sampledStrangers.add(from);
      sample(to, nowNanos);
    }
  }

  /** Goes on with the samples of the server socket. */
  void replaceSampler(NatSampler next, long nowNanos) {
    Ipv4Address before = sampler.address();
    sampledStrangers.clear();
    sampled.clear();
    sampler = next;
    tellIfChanged(before, nowNanos);
  }

  private void tellIfChanged(@Nullable Ipv4Address before, long nowNanos) {
    Ipv4Address now = sampler.address();
    if (before == null ? now != null : !before.equals(now)) {
      tell(Event.ADDRESS_CHANGED, nowNanos);
    }
  }

  /** Returns the address at which strangers reach the server socket, or null. */
  @Nullable Ipv4Address remoteAddress() {
    Ipv4Address seen = sampler.address();
    boolean reachable = !firewalled && seen != null && seen.port() == serverPort;
    return reachable ? seen : null;
  }
}
