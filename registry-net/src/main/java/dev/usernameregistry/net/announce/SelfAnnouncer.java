package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.AnnounceMessage.Place;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Query;
import dev.usernameregistry.net.dht.QueryListener;
import dev.usernameregistry.net.dht.QueryResult;
import dev.usernameregistry.net.dht.QuerySpec;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one key reachable: announces it at the three nodes closest to the key's hash, which then
 * forward handshakes to us, and pings them so that our NAT keeps the way open.
 *
 * <p>Announces again after about five minutes, when relays stop answering or see us at another
 * address than the one they forward to, when our own address or the socket of our requests changes,
 * and when {@link #refresh} is called. Not thread-safe; one event loop owns it.
 */
public final class SelfAnnouncer {
  /** Nodes that forward for us. */
  static final int RELAYS = 3;

  /** Addresses that we tell others to reach us at. */
  static final int RELAY_ADDRESSES_MAX = 3;

  /** Rounds of pings from one announcement to the next. */
  static final int ROUNDS = 100;

  static final long PAUSE_NANOS = Duration.ofSeconds(3).toNanos();

  /** Longest pause while there is no relay; the first is {@link #PAUSE_NANOS}, each next twice. */
  static final long RETRY_NANOS_MAX = Duration.ofMinutes(5).toNanos();

  /**
   * Longest pause from one announcement to the next that relays cause; the first is {@link
   * #PAUSE_NANOS}, each next twice, so that one that lies cannot have us announce all the time.
   */
  static final long REST_NANOS_MAX = Duration.ofMinutes(1).toNanos();

  /**
   * A node that forwards handshakes to us.
   *
   * @param relayAddress the node
   * @param peerAddress where it sends them: our address as it sees us
   */
  public record Relay(Ipv4Address relayAddress, Ipv4Address peerAddress) {}

  /** Learns that relays may have changed. May call the announcer again. */
  public interface Listener {
    /** An announcement ended, whether or not any node took it. */
    void announced(long nowNanos);
  }

  private enum State {
    /** Nothing is announced and nothing runs. */
    STOPPED,
    /** Looking for the closest nodes and announcing there. */
    ANNOUNCING,
    /** Waiting for the relays' pongs. */
    PINGING,
    /** Waiting for the next round. */
    PAUSING,
    /** Taking the announcements away. */
    STOPPING
  }

  /** What others have to know to reach us; when it changes we announce again. */
  private record Standing(int socket, Optional<Ipv4Address> remoteAddress) {
    static Standing of(DhtNode node) {
      return new Standing(node.requestSocket(), node.remoteAddress());
    }
  }

  private final DhtNode node;
  private final Records records;
  private final KeyPair keyPair;
  private final Key target;
  private final Listener listener;

  private State state = State.STOPPED;
  private List<Relay> relays = List.of();
  private List<Ipv4Address> relayAddresses = List.of();
  private List<Ipv4Address> closestNodes = List.of();
  private Standing standing;

  private final AskedNodes asked = new AskedNodes();
  private @Nullable Query query;

  /** Requests that the state waits for. */
  private Batch batch;

  private boolean again;

  /** Whether a relay saw us at another address, in this round, than the one it forwards to. */
  private boolean moved;

  /** When the last announcement ended. */
  private long announcedNanos;

  /** How long relays cannot cause another one after that; 0 once a whole time was without fault. */
  private long restNanos;

  /** Whether a relay has given cause for another one since. */
  private boolean faulty;

  private int round;
  private long retryNanos = PAUSE_NANOS;
  private long wakeNanos = Long.MAX_VALUE;
  private final List<LongConsumer> stopped = new ArrayList<>();

  /**
   * @param records what {@code node} keeps for others; it tells of the key as long as it is
   *     announced
   */
  public SelfAnnouncer(DhtNode node, Records records, KeyPair keyPair, Listener listener) {
    this.node = node;
    this.records = records;
    this.keyPair = keyPair;
    this.target = PeerRecord.target(keyPair.publicKey());
    this.listener = listener;
    this.batch = new Batch(node);
    this.standing = Standing.of(node);
  }

  /** Returns the hash of the key: what handshakes for us name. */
  public Key target() {
    return target;
  }

  /** Returns the nodes that forward to us, at most three, as of the last announcement. */
  public List<Relay> relays() {
    return relays;
  }

  /**
   * Returns what to publish as relay addresses, at most three: our own address first, if strangers
   * can reach it.
   */
  public List<Ipv4Address> relayAddresses() {
    return relayAddresses;
  }

  /** Returns whether a node is a relay of ours or was one two announcements ago. */
  public boolean isRelay(Ipv4Address address) {
    return asked.contains(address);
  }

  /** Announces the key and keeps it announced. Does nothing if that is already so. */
  public void start(long nowNanos) {
    if (state == State.STOPPING) {
      batch.cancel(nowNanos);
      state = State.STOPPED;
      callStopped(nowNanos);
    }
    if (state == State.STOPPED) {
      records.keep(new PeerRecord(keyPair.publicKey(), List.of()));
      announce(nowNanos);
    }
  }

  /** Announces again soon, because something about the network has changed. */
  public void refresh(long nowNanos) {
    if (state == State.ANNOUNCING) {
      again = true;
    } else if (state == State.PINGING || state == State.PAUSING) {
      announce(nowNanos);
    }
  }

  /**
   * Takes the announcements away and stops.
   *
   * @param done called when all relays have answered or were given up; at once if there are none
   */
  public void stop(LongConsumer done, long nowNanos) {
    stopped.add(done);
    if (state == State.STOPPED) {
      callStopped(nowNanos);
      return;
    }
    if (state == State.STOPPING) {
      return;
    }
    boolean midway = state == State.ANNOUNCING;
    if (midway) {
      endQuery(nowNanos); // and let announcements arrive before what takes them away
    } else {
      endState(nowNanos);
    }
    state = State.STOPPING;
    wakeNanos = Long.MAX_VALUE;
    records.forget(keyPair.publicKey());
    relays = List.of();
    relayAddresses = List.of();
    batch.whenEnded(now -> withdraw(asked.present(midway), now), nowNanos);
  }

  private void withdraw(Set<Ipv4Address> nodes, long nowNanos) {
    batch = new Batch(node);
    new Withdrawal(keyPair, batch).start(nodes, nowNanos);
    batch.whenEnded(this::stopped, nowNanos);
  }

  private void stopped(long nowNanos) {
    state = State.STOPPED;
    callStopped(nowNanos);
  }

  private void callStopped(long nowNanos) {
    List<LongConsumer> waiting = List.copyOf(stopped);
    stopped.clear();
    waiting.forEach(done -> done.accept(nowNanos));
  }

  /** Acts on every timer due at {@code nowNanos}; harmless to call early. */
  public void onTimeout(long nowNanos) {
    if (state != State.PAUSING || nowNanos - wakeNanos < 0) {
      return;
    }
    round++;
    if (round >= ROUNDS && !faulty) {
      restNanos = 0;
    }
    if (relays.isEmpty() || round >= ROUNDS || !standing.equals(Standing.of(node))) {
      announce(nowNanos);
    } else {
      ping(nowNanos);
    }
  }

  /** Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. */
  public long nextTimeoutNanos() {
    return wakeNanos;
  }

  private void endState(long nowNanos) {
    endQuery(nowNanos);
    batch.cancel(nowNanos);
    batch = new Batch(node);
    wakeNanos = Long.MAX_VALUE;
  }

  private void endQuery(long nowNanos) {
    if (query != null) {
      query.cancel(nowNanos);
      query = null;
    }
  }

  private void announce(long nowNanos) {
    endState(nowNanos);
    state = State.ANNOUNCING;
    again = false;
    faulty = false;
    asked.next();
    QuerySpec spec = QuerySpec.of(Command.FIND_PEER, target).startNodes(closestNodes);
    query = node.query(spec, new Closest(), nowNanos);
  }

  /** Waits for the nodes that are closest to the key's hash. */
  private final class Closest implements QueryListener {
    @Override
    public void replied(Reply reply, long nowNanos) {}

    @Override
    public void done(QueryResult result, long nowNanos) {
      query = null;
      standing = Standing.of(node);
      closestNodes = result.closest().stream().map(Reply::from).toList();
      List<Relay> taken = new ArrayList<>();
      result.closest().stream().limit(RELAYS).forEach(reply -> announce(reply, taken, nowNanos));
      batch.whenEnded(now -> announced(taken, now), nowNanos);
    }
  }

  private void announce(Reply at, List<Relay> taken, long nowNanos) {
    Key nodeId = at.id();
    if (at.token() == null || nodeId == null) {
      return;
    }
    Batch.Signed announce =
        token -> {
          AnnounceMessage message =
              AnnounceMessage.announce(new Place(target, nodeId, token), keyPair, List.of(), 0);
          return Request.of(Command.ANNOUNCE, target).token(token).value(message.encode());
        };
    asked.add(at.from());
    batch.sendWithToken(announce, at, (reply, now) -> taken(reply, at, taken), nowNanos);
  }

  private void taken(Reply reply, Reply at, List<Relay> taken) {
    if (reply.error() == 0) {
      taken.add(new Relay(at.from(), at.to()));
    } else {
      asked.remove(at.from());
    }
  }

  private void announced(List<Relay> taken, long nowNanos) {
    if (state != State.ANNOUNCING) {
      return; // we stop, and what was announced is taken away
    }
    announcedNanos = nowNanos;
    relays = List.copyOf(taken);
    relayAddresses = addresses();
    new Withdrawal(keyPair, new Batch(node)).start(asked.left(), nowNanos);
    round = 0;
    retryNanos = relays.isEmpty() ? retryNanos : PAUSE_NANOS;
    pause(retryNanos, nowNanos);
    retryNanos = Math.min(2 * retryNanos, RETRY_NANOS_MAX);
    listener.announced(nowNanos);
    if (again && state == State.PAUSING) {
      announce(nowNanos);
    }
  }

  private List<Ipv4Address> addresses() {
    List<Ipv4Address> addresses = new ArrayList<>();
    standing.remoteAddress.ifPresent(addresses::add);
    relays.stream()
        .limit(RELAY_ADDRESSES_MAX - addresses.size())
        .forEach(relay -> addresses.add(relay.relayAddress));
    return List.copyOf(addresses);
  }

  private void pause(long nanos, long nowNanos) {
    batch = new Batch(node);
    state = State.PAUSING;
    wakeNanos = nowNanos + nanos;
  }

  private void ping(long nowNanos) {
    state = State.PINGING;
    wakeNanos = Long.MAX_VALUE;
    moved = false;
    for (Relay relay : relays) {
      Batch.Answered seen = (reply, now) -> moved |= !reply.to().equals(relay.peerAddress);
      batch.send(Request.ping(), relay.relayAddress, seen, nowNanos);
    }
    batch.whenEnded(this::pinged, nowNanos);
  }

  private void pinged(long nowNanos) {
    boolean cause = moved || batch.successCount() < Math.min(relays.size(), RELAYS);
    faulty |= cause;
    if (cause && nowNanos - announcedNanos >= restNanos) {
      restNanos = Math.min(Math.max(PAUSE_NANOS, 2 * restNanos), REST_NANOS_MAX);
      announce(nowNanos);
    } else {
      pause(PAUSE_NANOS, nowNanos);
    }
  }
}
