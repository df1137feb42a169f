package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.IncomingRequest.Arrival;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Answers requests of strangers: the internal commands here, others by the application. */
final class Answers {
  /** The command is not known. */
  static final int UNKNOWN_COMMAND = 1;

  /** The token is not one that we gave to this host lately. */
  static final int INVALID_TOKEN = 2;

  /** Longest delay that is kept, in milliseconds. */
  static final long DELAY_MAX_MILLIS = 10_000;

  /** Delayed answers that may wait. */
  static final int DELAYED_MAX = 256;

  private final NodeState state;
  private final KnownNodes nodes;
  private final NodeChecks checks;
  private final Transport transport;
  private final Proofs proofs;
  private final Tokens tokens;
  private final RequestServer server;
  private final PriorityQueue<Delayed> delayed =
      new PriorityQueue<>((a, b) -> Long.signum(a.dueNanos - b.dueNanos));

  /**
   * What a reply says beside the number and the addresses.
   *
   * @param closerNodes whether it names nodes near the target, if the request has one
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes that pass through; compared by nobody
  record Content(int error, byte @Nullable [] value, boolean token, boolean closerNodes) {
    private static final Content EMPTY = new Content(0, null, false, false);
  }

  private record Delayed(IncomingRequest request, long dueNanos) {}

  Answers(Parts parts, Tokens tokens, RequestServer server) {
    this.state = parts.state();
    this.nodes = parts.nodes();
    this.checks = parts.checks();
    this.transport = parts.transport();
    this.proofs = parts.proofs();
    this.tokens = tokens;
    this.server = server;
  }

  /** What answering needs of the rest of the node. */
  record Parts(
      NodeState state, KnownNodes nodes, NodeChecks checks, Transport transport, Proofs proofs) {}

  /** Takes in a request. */
  void receive(RpcPacket.Ask packet, Arrival arrival) {
    long nowNanos = arrival.nowNanos();
    Ipv4Address from = arrival.from();
    byte[] token = packet.token();
    boolean tokenFits = token != null && tokens.accepts(token, from, nowNanos);
    if (tokenFits) {
      proofs.prove(from, nowNanos);
    }
    Key id = packet.idAt(from);
    IncomingRequest request = new IncomingRequest(this, packet, arrival, id);
    if (token != null && !tokenFits) {
      reply(request, new Content(INVALID_TOKEN, null, true, true));
      return;
    }
    if (id != null && proofs.isProven(from, nowNanos)) {
      Ipv4Address sample = arrival.socket() == state.requestSocket() ? packet.to() : null;
      checks.heard(from, id, sample, nowNanos);
    }
    if (packet.internal()) {
      serveInternal(request, nowNanos);
    } else if (!server.serve(request, nowNanos)) {
      reply(request, new Content(UNKNOWN_COMMAND, null, false, true));
    }
  }

  private void serveInternal(IncomingRequest request, long nowNanos) {
    switch (request.command()) {
      case Request.PING -> reply(request, Content.EMPTY);
      case Request.PING_NAT -> pingNat(request);
      case Request.FIND_NODE -> findNode(request);
      case Request.DOWN_HINT -> downHint(request, nowNanos);
      case Request.DELAYED_PING -> delayPing(request, nowNanos);
      default -> reply(request, new Content(UNKNOWN_COMMAND, null, false, true));
    }
  }

  /** The answer goes to another port of the host that asked, and is never longer than a request. */
  private void pingNat(IncomingRequest request) {
    WireReader value = valueOf(request, 2);
    int port = value == null ? 0 : (int) value.fixedUint(2);
    if (port != 0) {
      Ipv4Address to = request.from().withPort(port);
      deliver(request, answer(request, Content.EMPTY, to, request.socket()), to, request.socket());
    }
  }

  private void findNode(IncomingRequest request) {
    if (request.target() != null) {
      reply(request, new Content(0, null, false, true));
    }
  }

  private void downHint(IncomingRequest request, long nowNanos) {
    WireReader value = valueOf(request, Ipv4Address.BYTES);
    if (value != null) {
      checks.hintedDown(Ipv4Address.decode(value), nowNanos);
      reply(request, Content.EMPTY);
    }
  }

  private void delayPing(IncomingRequest request, long nowNanos) {
    WireReader value = valueOf(request, 4);
    long millis = value == null ? Long.MAX_VALUE : value.fixedUint(4);
    if (millis <= DELAY_MAX_MILLIS && delayed.size() < DELAYED_MAX) {
      delayed.add(new Delayed(request, nowNanos + millis * 1_000_000));
    }
  }

  private static @Nullable WireReader valueOf(IncomingRequest request, int bytesMin) {
    byte[] value = request.value();
    return value == null || value.length < bytesMin ? null : new WireReader(value);
  }

  void onTimeout(long nowNanos) {
    for (Delayed next = delayed.peek(); next != null; next = delayed.peek()) {
      if (next.dueNanos - nowNanos > 0) {
        return;
      }
      delayed.remove();
      reply(next.request, Content.EMPTY);
    }
  }

  long nextTimeoutNanos() {
    Delayed next = delayed.peek();
    return next == null ? Long.MAX_VALUE : next.dueNanos;
  }

  void suspend() {
    delayed.clear();
  }

  @Nullable Key localId() {
    return state.ephemeral ? null : nodes.id();
  }

  /** Returns the id that a packet from {@code socket} carries. */
  private @Nullable Key idFrom(int socket) {
    return socket == DhtNode.SERVER_SOCKET ? localId() : null;
  }

  void reply(IncomingRequest request, Content content) {
    Ipv4Address to = request.from();
    deliver(request, answer(request, content, to, request.socket()), to, request.socket());
  }

  void replyAs(IncomingRequest request, byte[] value, Ipv4Address to, int socket) {
    deliver(request, answer(request, new Content(0, value, false, false), to, socket), to, socket);
  }

  private RpcPacket.Answer answer(
      IncomingRequest request, Content content, Ipv4Address to, int socket) {
    Key target = request.target();
    List<Ipv4Address> closer = new ArrayList<>();
    if (content.closerNodes && target != null) {
      for (RoutingTable.Entry entry : nodes.nearest(target, RoutingTable.ROW_NODES_MAX)) {
        closer.add(entry.address);
      }
    }
    byte[] token = content.token ? tokens.issue(to, state.lastNanos) : null;
    return new RpcPacket.Answer(
        request.tid(), to, idFrom(socket), token, closer, content.error, content.value);
  }

  /** Sends a reply, keeping to the rule of {@link Proofs}. */
  private void deliver(
      IncomingRequest request, RpcPacket.Answer answer, Ipv4Address to, int socket) {
    long nowNanos = state.lastNanos;
    if (proofs.isProven(to, nowNanos)) {
      transport.send(socket, to, answer.encode());
      proofs.renew(request.socket(), request.from(), nowNanos);
      return;
    }
    boolean toRequester = to.host() == request.from().host();
    byte[] whole = answer.encode();
    byte[] bare = answer.withoutId().encode();
    if (toRequester && request.id() == null && whole.length <= request.bytes()) {
      transport.send(socket, to, whole);
    } else if (bare.length <= request.bytes() && (!toRequester || isBare(request, answer))) {
      transport.send(socket, to, bare);
    } else if (toRequester) {
      proofs.hold(request.socket(), request.from(), new Proofs.Held(socket, to, whole), nowNanos);
    }
  }

  /**
   * Returns whether a reply may go without our id: it says nothing, and the requester is no node
   * that we would want to know.
   *
   * <p>Not so the answer to a PING, with which nodes of the reference see whether we are still who
   * is in their table: without the id they remove us. It is held back too, unless we await an
   * answer of the requester. Then the PING may ask for our own proof, and if both sides held their
   * answers back neither would ever prove itself.
   */
  private boolean isBare(IncomingRequest request, RpcPacket.Answer answer) {
    RpcPacket.Ask packet = request.packet();
    boolean ping = packet.internal() && packet.command() == Request.PING;
    return request.id() == null
        && (!ping || checks.requests.awaits(request.from()))
        && answer.token() == null
        && answer.value() == null
        && answer.closerNodes().isEmpty();
  }

  /** Passes a request on, keeping to the rule of {@link Proofs}. */
  void relay(IncomingRequest request, byte[] value, Ipv4Address to, int socket) {
    boolean proven = proofs.isProven(to, state.lastNanos);
    RpcPacket.Ask packet = request.packet();
    byte[] bytes =
        new RpcPacket.Ask(
                packet.tid(),
                to,
                proven ? idFrom(socket) : null,
                null,
                packet.internal(),
                packet.command(),
                packet.target(),
                value)
            .encode();
    if (proven || bytes.length <= request.bytes()) {
      transport.send(socket, to, bytes);
    }
  }
}
