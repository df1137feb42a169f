package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.IncomingRequest.Arrival;
import dev.usernameregistry.net.dht.RoutingTable.Entry;
import dev.usernameregistry.net.time.Times;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One node of a DHT on two sockets. Has no thread, socket or clock: the caller brings datagrams and
 * the time, and asks what to send. Not thread-safe; one event loop owns it. Listeners may call back
 * into it.
 *
 * <p>What strangers cannot do, beyond what the reference prevents:
 *
 * <ul>
 *   <li>answer for others: a reply counts if its number and its source are those of a request in
 *       flight
 *   <li>have us send to a forged source more than was sent in its name; see {@code Proofs}
 *   <li>enter the routing table under a forged source: who has not proven that it receives is asked
 *       first; nor fill it from one range of addresses; see {@code KnownNodes}
 *   <li>remove a node from the table by saying that it is down: it is asked first
 *   <li>be served faster than {@value #PER_SECOND} packets a second, {@value #BURST} at once, for
 *       each host; the busiest client of the reference sends about 100 a second, and those to many
 *       nodes
 * </ul>
 *
 * <p>Memory that strangers can cause is bounded, to about 20 MiB under the worst of all attacks at
 * once: 5,120 nodes in the table, 8,192 hosts whose rate is counted, 65,536 hosts proven, 1 MiB of
 * replies held back, 256 delayed answers, 4,096 requests in flight and as many datagrams waiting
 * for the driver; a query asks 512 nodes and remembers 4,096 addresses.
 */
public final class DhtNode {
  /** The socket on the port that others are to know. */
  public static final int SERVER_SOCKET = 0;

  /** The socket that a firewalled node asks from. */
  public static final int CLIENT_SOCKET = 1;

  /**
   * Counts since the node was made, and how much it holds now.
   *
   * @param packetsSent datagrams of this room, probes included
   * @param packetsReceived requests and replies that could be read
   * @param requestsDropped requests and unasked replies that came faster than their host may send
   * @param malformed datagrams that began like a request or reply and could not be read
   * @param tableSize nodes in the routing table
   * @param inFlight requests that may still be answered
   */
  public record Statistics(
      long packetsSent,
      long packetsReceived,
      long requestsDropped,
      long malformed,
      int tableSize,
      int inFlight) {}

  /** Requests and unasked replies that are taken in from one host in a second. */
  static final int PER_SECOND = 100;

  /** As many at once. */
  static final int BURST = 500;

  /** Hosts whose rate is remembered. */
  private static final int HOSTS_MAX = 8192;

  private static final long TICKS_START_MAX = 100;

  private final NodeState state;
  private final Transport transport = new Transport();
  private final KnownNodes nodes;
  private final Requests requests;
  private final NodeChecks checks;
  private final Queries queries;
  private final Bootstrap bootstrap;
  private final Ticks ticks;
  private final SourceRates rates = new SourceRates(BURST, PER_SECOND, HOSTS_MAX);
  private final Proofs proofs;
  private final Answers answers;
  private long received;
  private long dropped;
  private long malformed;

  /**
   * Makes a node that does nothing before {@link #start}, and that notices a sleep of the machine
   * only if {@code nowNanos} goes on meanwhile.
   */
  public DhtNode(DhtOptions options, RequestServer server, SecureRandom random, long nowNanos) {
    this(options, server, random, () -> 0, nowNanos);
  }

  /**
   * Makes a node that does nothing before {@link #start}.
   *
   * @param wallMillis the time of day, which goes on while the machine sleeps; read every five
   *     seconds, to notice that
   */
  public DhtNode(
      DhtOptions options,
      RequestServer server,
      SecureRandom random,
      LongSupplier wallMillis,
      long nowNanos) {
    state = new NodeState(options);
    state.lastNanos = nowNanos;
    state.tick = TICKS_START_MAX - random.nextLong(TICKS_START_MAX / 2);
    byte[] id = new byte[Key.BYTES];
    random.nextBytes(id);
    nodes = new KnownNodes(Key.of(id), random);
    requests = new Requests(state, transport, nodes, random);
    checks = new NodeChecks(state, nodes, requests);
    int toRefresh = Queries.REFRESH_TICKS - random.nextInt(Queries.REFRESH_TICKS / 2);
    queries = new Queries(state, nodes, requests, toRefresh);
    NetworkCheck networkCheck = new NetworkCheck(state, nodes, requests, queries);
    bootstrap = new Bootstrap(state, requests, queries, networkCheck);
    ticks = new Ticks(state, checks, queries, networkCheck, wallMillis);
    proofs = new Proofs(transport, random);
    Answers.Parts parts = new Answers.Parts(state, nodes, checks, transport, proofs);
    answers = new Answers(parts, new Tokens(random, nowNanos), server);
  }

  /**
   * Begins to bootstrap.
   *
   * @param serverPort the local port of the server socket
   * @param clientPort the local port of the client socket
   */
  public void start(int serverPort, int clientPort, long nowNanos) {
    if (state.started) {
      throw new IllegalStateException("the node was started before");
    }
    state.started = true;
    state.serverPort = serverPort;
    state.clientPort = clientPort;
    ticks.start(nowNanos);
    bootstrap.start(nowNanos);
  }

  /**
   * Replaces the bootstrap nodes of the options, once their names have been looked up.
   *
   * @throws IllegalStateException if the node was started
   */
  public void bootstrapWith(List<Ipv4Address> nodes) {
    if (state.started) {
      throw new IllegalStateException("the node was started before");
    }
    state.options = state.options.bootstrap(nodes);
  }

  /** Has {@code listener} told of every change from now on. */
  public void addListener(DhtListener listener) {
    state.addListener(listener);
  }

  /** Takes in one datagram; what is no request and no awaited reply is ignored. */
  public void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    state.lastNanos = nowNanos;
    if (!state.started || state.suspended || from.port() == 0 || datagram.remaining() < 2) {
      return;
    }
    int kind = datagram.get(datagram.position()) & 0xff;
    ByteBuffer rest = datagram.slice(datagram.position() + 1, datagram.remaining() - 1);
    Arrival arrival = new Arrival(from, socket, datagram.remaining(), nowNanos);
    try {
      if (kind == RpcPacket.ASK) {
        receive(RpcPacket.Ask.decode(rest), arrival);
      } else if (kind == RpcPacket.ANSWER) {
        receive(RpcPacket.Answer.decode(rest), arrival);
      }
    } catch (MalformedMessageException e) {
      // not for us, or of a faulty sender: the protocol has no answer to that
      malformed++;
    }
  }

  private void receive(RpcPacket.Ask packet, Arrival arrival) {
    if (!rates.take(SourceRates.source(arrival.from()), arrival.nowNanos())) {
      dropped++;
      return;
    }
    received++;
    answers.receive(packet, arrival);
  }

  private void receive(RpcPacket.Answer packet, Arrival arrival) {
    Ipv4Address from = arrival.from();
    long nowNanos = arrival.nowNanos();
    Requests.Exchange exchange = requests.answered(packet.tid(), from, nowNanos);
    if (exchange != null) {
      proofs.prove(from, nowNanos);
    } else if (!rates.take(SourceRates.source(from), nowNanos)) {
      dropped++;
      return;
    } else if (!proofs.answered(packet.tid(), from, nowNanos)) {
      return;
    }
    received++;
    Key id = packet.idAt(from);
    Ipv4Address sample = arrival.socket() == state.requestSocket() ? packet.to() : null;
    if (id != null) {
      checks.heard(from, id, sample, nowNanos);
    } else if (exchange != null && sample != null) {
      state.sampleOfStranger(from, sample, nowNanos);
    }
    if (exchange != null) {
      exchange.deliver(packet, id, arrival);
    }
  }

  /** Returns what the driver shall do next, or null; ask again after every other call. */
  public @Nullable Outgoing nextOutgoing(long nowNanos) {
    return transport.next();
  }

  /** Acts on every timer due at {@code nowNanos}; harmless to call early. */
  public void onTimeout(long nowNanos) {
    state.lastNanos = nowNanos;
    state.callDeferred(nowNanos);
    answers.onTimeout(nowNanos);
    requests.onTimeout(nowNanos);
    ticks.onTimeout(nowNanos);
  }

  /** Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. */
  public long nextTimeoutNanos() {
    if (state.hasDeferred()) {
      return state.lastNanos;
    }
    long nextNanos = Times.earlier(requests.nextTimeoutNanos(), ticks.nextTimeoutNanos());
    return Times.earlier(nextNanos, answers.nextTimeoutNanos());
  }

  /** Asks one node. The listener is never called before this returns. */
  public Request.Sent request(
      Request request,
      Ipv4Address to,
      RequestOptions options,
      ReplyListener listener,
      long nowNanos) {
    state.lastNanos = nowNanos;
    return requests.send(to, null, request, options, new Ended(listener), nowNanos);
  }

  /** Asks ever closer nodes. The listener is never called before this returns. */
  public Query query(QuerySpec spec, QueryListener listener, long nowNanos) {
    state.lastNanos = nowNanos;
    return queries.start(spec, listener, nowNanos);
  }

  /** Has a socket opened on a random port and returns its number, which was never used before. */
  public int openSocket() {
    return transport.open();
  }

  /** Has a socket closed that {@link #openSocket} opened. */
  public void closeSocket(int socket) {
    transport.close(socket);
  }

  /** Sends bytes as they are. */
  public void send(int socket, Ipv4Address to, byte[] bytes, int ttl) {
    transport.send(socket, to, bytes, ttl);
  }

  /** Returns whether the first bootstrap has ended, whether or not anybody answered. */
  public boolean isBootstrapped() {
    return state.bootstrapped;
  }

  /** Returns whether the node has no id and stores nothing for others. */
  public boolean isEphemeral() {
    return state.ephemeral;
  }

  /** Returns whether the server port is taken for closed. */
  public boolean isFirewalled() {
    return state.firewalled;
  }

  /** Returns whether others answer; true until shown otherwise. */
  public boolean isOnline() {
    return state.online;
  }

  /** Returns the address under which strangers can reach the server socket, if there is one. */
  public Optional<Ipv4Address> remoteAddress() {
    return Optional.ofNullable(state.remoteAddress());
  }

  /** Returns our host as others see it, and the port if they agree on one, else port 0. */
  public Optional<Ipv4Address> natAddress() {
    return Optional.ofNullable(state.sampler().address());
  }

  /** Returns the node's id while it is persistent. */
  public Optional<Key> id() {
    return Optional.ofNullable(answers.localId());
  }

  /** Returns the socket that the node's own requests leave from now. */
  public int requestSocket() {
    return state.requestSocket();
  }

  /** Returns the local port of the server socket. */
  public int serverPort() {
    return state.serverPort;
  }

  /** Returns the local port of the client socket. */
  public int clientPort() {
    return state.clientPort;
  }

  /** Returns at most {@code max} nodes of the routing table, the last heard of each host first. */
  public List<Ipv4Address> nodes(int max) {
    return addresses(nodes.latest(max));
  }

  /** Returns at most {@code max} nodes of the routing table near {@code target}, closest first. */
  public List<Ipv4Address> closest(Key target, int max) {
    return addresses(nodes.nearest(target, max));
  }

  /** Returns the counts. */
  public Statistics statistics() {
    return new Statistics(
        transport.packetsSent(), received, dropped, malformed, nodes.size(), requests.inFlight());
  }

  /**
   * Stops timers, ends every request and query (their listeners are told), and ignores what
   * arrives.
   */
  public void suspend(long nowNanos) {
    if (state.started && !state.suspended) {
      state.suspended = true;
      ticks.stop();
      answers.suspend();
      queries.suspend(nowNanos);
      requests.suspend(nowNanos);
    }
  }

  /** Goes on after {@link #suspend}: everything known counts as old and is looked up again. */
  public void resume(long nowNanos) {
    if (!state.suspended) {
      return;
    }
    state.suspended = false;
    ticks.start(nowNanos);
    ticks.wakeUp(nowNanos);
    if (state.bootstrapped) {
      queries.refresh(nowNanos);
    } else {
      bootstrap.start(nowNanos);
    }
  }

  private static List<Ipv4Address> addresses(List<Entry> entries) {
    List<Ipv4Address> addresses = new ArrayList<>(entries.size());
    entries.forEach(entry -> addresses.add(entry.address));
    return addresses;
  }

  /** Tells a caller's listener how its request ended. */
  private record Ended(ReplyListener listener) implements Requests.Listener {
    @Override
    public void replied(Reply reply, long nowNanos) {
      listener.replied(reply, nowNanos);
    }

    @Override
    public void timedOut(long nowNanos) {
      listener.timedOut(nowNanos);
    }

    @Override
    public void dropped(long nowNanos) {
      listener.timedOut(nowNanos);
    }
  }
}
