package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Which peers are dialled, and when. */
final class Dialling implements Connections.Surroundings {
  /** The part of the connections that is kept for those that we dial: a quarter. */
  private static final int OWN_SHARE = 4;

  private final Key ownKey;
  private final SwarmOptions options;
  private final Firewall firewall;
  private final Dialler dialler;
  private final DialQueue queue;
  private final Retries retries;
  private final Peers peers;
  private final Bans bans = new Bans();
  private final Flushes flushes = new Flushes();
  private final Connections connections;

  private boolean running = true;

  /** Whether peers are being taken from the queue further up the stack. */
  private boolean proceeding;

  /** Whether something happened meanwhile that makes it worth to look again. */
  private boolean again;

  Dialling(
      Key ownKey,
      SwarmOptions options,
      Firewall firewall,
      Dialler dialler,
      RandomGenerator random) {
    this.ownKey = ownKey;
    this.options = options;
    this.firewall = firewall;
    this.dialler = dialler;
    queue = new DialQueue(random);
    retries = new Retries(random);
    peers = new Peers(queue, retries);
    connections = new Connections(ownKey, options.incomingMax(), this);
  }

  Connections connections() {
    return connections;
  }

  @Override
  public Dialler dialler() {
    return dialler;
  }

  /** A lookup found a peer; returns false if it is ourselves, banned, or one too many. */
  boolean found(Key topic, Key key, List<Ipv4Address> relayAddresses, long nowNanos) {
    if (!running || isRefused(key) || !makeRoom(key, nowNanos)) {
      return false;
    }
    Peer peer = peers.getOrAdd(key);
    peer.relayAddresses(relayAddresses);
    peer.topics.add(topic);
    if (!connections.contains(key)) {
      peer.found();
      enqueue(peer);
      peers.forgetIfIdle(peer);
      proceed(nowNanos);
    }
    return true;
  }

  private boolean makeRoom(Key key, long nowNanos) {
    if (peers.get(key) != null || !peers.isFull()) {
      return true;
    }
    Peer forgotten = peers.forgetAny();
    if (forgotten == null) {
      return false;
    }
    flushes.settled(forgotten.key, nowNanos);
    return true;
  }

  void foundAgain(Key key, List<Ipv4Address> relayAddresses) {
    Peer peer = peers.get(key);
    if (peer != null) {
      peer.relayAddresses(relayAddresses);
    }
  }

  private void enqueue(Peer peer) {
    if (!peer.isQueued() && !bans.contains(peer.key) && peer.prioritize()) {
      peers.enqueue(peer);
    }
  }

  void join(Key key, long nowNanos) {
    if (key.equals(ownKey)) {
      return;
    }
    Peer peer = peers.getOrAdd(key);
    peers.setExplicit(peer, true);
    if (running && !connections.contains(key)) {
      enqueue(peer);
      proceed(nowNanos);
    }
  }

  void leave(Key key, long nowNanos) {
    Peer peer = peers.get(key);
    if (peer != null) {
      peers.setExplicit(peer, false);
      if (peer.topics.isEmpty()) {
        drop(peer, nowNanos);
      }
    }
  }

  /** A topic was left: peers known from nowhere else are not dialled any more. */
  void leaveTopic(Key topic, long nowNanos) {
    peers.dropTopic(topic).forEach(peer -> drop(peer, nowNanos));
  }

  private void drop(Peer peer, long nowNanos) {
    if (peers.dequeue(peer)) {
      flushes.settled(peer.key, nowNanos);
    }
    if (!connections.contains(peer.key)) {
      peers.forgetIfIdle(peer);
    }
  }

  void ban(Key key, long nowNanos) {
    bans.ban(key);
    Peer peer = peers.get(key);
    if (peer != null) {
      connections.giveUp(key, nowNanos);
      drop(peer, nowNanos);
    }
  }

  /** Returns whether a peer may have no connection with us; bans it if the firewall says so. */
  boolean refuses(Key key) {
    if (isRefused(key)) {
      return true;
    }
    if (firewall.rejects(key)) {
      bans.reject(key);
      return true;
    }
    return false;
  }

  void flush(Done done, long nowNanos) {
    if (isSaturated()) {
      done.done(true, nowNanos);
      return;
    }
    List<Key> open = new ArrayList<>(connections.diallingKeys());
    queue.peers().forEach(peer -> open.add(peer.key));
    flushes.add(open, done, nowNanos);
  }

  void endFlushes(long nowNanos) {
    flushes.end(false, nowNanos);
  }

  @Override
  public boolean isRefused(Key key) {
    return key.equals(ownKey) || bans.contains(key);
  }

  @Override
  public Peer accepted(Key key) {
    Peer peer = peers.getOrAdd(key);
    peer.accepted();
    peers.leaveQueue(peer);
    return peer;
  }

  @Override
  public void connected(Peer peer, long nowNanos) {
    flushes.settled(peer.key, nowNanos);
  }

  @Override
  public void gone(Peer peer, boolean dialledByUs, long nowNanos) {
    if (dialledByUs) {
      peer.disconnected(nowNanos);
    }
    if (running && isToBeDialledAgain(peer, dialledByUs) && !bans.contains(peer.key)) {
      peer.nextWait().ifPresent(wait -> retries.add(peer, wait, nowNanos));
    }
    peers.forgetIfIdle(peer);
    if (running && dialledByUs) {
      flushes.settled(peer.key, nowNanos);
    }
  }

  /**
   * Returns whether we see to it that a peer whose connection is gone has one again. Where it has
   * dialled us, it will again; but one that the application named is not left to that.
   */
  private static boolean isToBeDialledAgain(Peer peer, boolean dialledByUs) {
    return dialledByUs
        ? peer.explicit || !peer.topics.isEmpty()
        : peer.explicit && peer.retry == null;
  }

  /** Dials as many peers as the limits allow. */
  @Override
  public void proceed(long nowNanos) {
    if (proceeding) {
      again = true;
      return;
    }
    proceeding = true;
    try {
      do {
        again = false;
        dialExplicit(nowNanos);
        dialQueued(nowNanos);
      } while (again);
    } finally {
      proceeding = false;
    }
    if (running && isSaturated()) {
      flushes.end(true, nowNanos);
    }
  }

  private void dialExplicit(long nowNanos) {
    for (Peer peer : peers.explicit()) {
      if (!hasFreeDial()) {
        return;
      }
      if (peer.isExplicitlyDue(nowNanos)) {
        dial(peer, nowNanos);
      }
    }
  }

  private void dialQueued(long nowNanos) {
    while (hasFreeDial() && hasRoom()) {
      Peer peer = queue.poll();
      if (peer == null) {
        return;
      }
      dial(peer, nowNanos);
    }
  }

  private void dial(Peer peer, long nowNanos) {
    if (connections.contains(peer.key)) {
      return;
    }
    peers.dequeue(peer);
    if (refuses(peer.key)) {
      peers.forgetIfIdle(peer);
      flushes.settled(peer.key, nowNanos);
    } else {
      connections.dial(peer, nowNanos);
    }
  }

  private boolean hasFreeDial() {
    return running && connections.dialling() < options.dialsMax();
  }

  /**
   * A quarter of the connections is for those that we dial: otherwise whoever dials us often enough
   * decides that there are no others. The reference has no such part.
   */
  private boolean hasRoom() {
    if (connections.outgoing() < options.connectionsMax() / OWN_SHARE) {
      return true;
    }
    int named = peers.explicitCount();
    int factor = named == 0 ? 1 : named < 2 ? 2 : named < 4 ? 3 : 4;
    return (long) factor * connections.size() < options.connectionsMax();
  }

  /**
   * Returns whether peers wait to be dialled and none may be, for there are too many connections.
   */
  boolean isFull() {
    return !hasRoom() && queue.size() > 0;
  }

  /** Returns whether nothing is being dialled and nothing may be. */
  private boolean isSaturated() {
    return connections.dialling() == 0 && !hasRoom();
  }

  void onTimeout(long nowNanos) {
    if (!running) {
      return;
    }
    for (Retries.Retry retry; (retry = retries.poll(nowNanos)) != null; ) {
      retry(retry, nowNanos);
    }
    proceed(nowNanos);
  }

  /**
   * Queues a peer again. If it has a connection that nobody has used yet, looks again later: both
   * ends may have given up the other one of two connections.
   */
  private void retry(Retries.Retry retry, long nowNanos) {
    Peer peer = retry.peer();
    if (!connections.contains(peer.key)) {
      enqueue(peer);
      peers.forgetIfIdle(peer);
    } else if (!connections.isProven(peer.key)) {
      retries.add(peer, retry.kind(), nowNanos);
    }
  }

  long nextTimeoutNanos() {
    return retries.nextNanos();
  }

  /** Dials nobody any more and forgets who was to be dialled; explicit peers are remembered. */
  void stop() {
    running = false;
    for (Peer peer : peers.all()) {
      peers.dequeue(peer);
      if (!connections.contains(peer.key)) {
        peers.forgetIfIdle(peer);
      }
    }
  }

  /** Dials again, from the next {@link #proceed} on. */
  void resume() {
    running = true;
    for (Peer peer : peers.explicit()) {
      if (!connections.contains(peer.key)) {
        enqueue(peer);
      }
    }
  }

  SwarmStatistics.Peers statistics() {
    return new SwarmStatistics.Peers(peers.size(), queue.size(), retries.size(), bans.size());
  }
}
