package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.IncomingRequest.Arrival;
import dev.usernameregistry.net.time.Times;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Requests of ours that may still be answered. A reply counts only if its number is that of one of
 * them and it comes from the address that was asked; numbers are random, so that who does not see
 * our requests must guess 16 bits to forge one.
 */
final class Requests {
  /** How long one try waits for its answer. */
  static final long TRY_NANOS = 1_000_000_000L;

  /** Requests that may be in flight or wait to be sent; further ones fail. */
  static final int REQUESTS_MAX = 1 << 12;

  private final NodeState state;
  private final Transport transport;
  private final KnownNodes nodes;
  private final RandomGenerator random;
  private final Window window = new Window();
  private final Map<Integer, Exchange> byTid = new HashMap<>();

  /** Tries by when they end: all last equally long, so the first one sent ends first. */
  private final Deque<Try> tries = new ArrayDeque<>();

  /** What waits for the congestion window. */
  private final Deque<Exchange> waiting = new ArrayDeque<>();

  private long responses;
  private long timeouts;

  /** Learns how a request fares. */
  interface Listener {
    void replied(Reply reply, long nowNanos);

    /** A try got no answer; called for each, the last one too. */
    default void late(long nowNanos) {}

    void timedOut(long nowNanos);

    /** The node was suspended. */
    void dropped(long nowNanos);
  }

  private record Try(Exchange exchange, int number, long endNanos) {}

  /** One request, from its first sending to its end. */
  final class Exchange implements Request.Sent {
    private final int tid;
    private final Ipv4Address to;
    private final @Nullable Key nodeId;
    private final int socket;
    private final byte[] bytes;
    private final RequestOptions options;
    private final Listener listener;
    private int sent;
    private long firstNanos;

    private boolean cancelled;

    Exchange(
        int tid,
        Ipv4Address to,
        @Nullable Key nodeId,
        Request request,
        RequestOptions options,
        Listener listener) {
      this.tid = tid;
      this.to = to;
      this.nodeId = nodeId;
      this.socket = options.socket() < 0 ? state.requestSocket() : options.socket();
      this.bytes = encode(tid, to, request, socket);
      this.options = options;
      this.listener = listener;
    }

    @Override
    public void cancel(long nowNanos) {
      cancelled = true;
      if (end(this)) {
        window.answered(nowNanos);
      }
    }

    /**
     * Passes a reply on to who asked.
     *
     * @param id of the replier, which fits its address
     */
    void deliver(RpcPacket.Answer packet, @Nullable Key id, Arrival arrival) {
      Reply reply =
          new Reply(
              arrival.from(),
              arrival.socket(),
              packet.to(),
              id,
              packet.token(),
              packet.closerNodes(),
              packet.error(),
              packet.value(),
              arrival.nowNanos() - firstNanos);
      listener.replied(reply, arrival.nowNanos());
    }

    private void drop(long nowNanos) {
      if (!cancelled) {
        listener.dropped(nowNanos);
      }
    }
  }

  Requests(NodeState state, Transport transport, KnownNodes nodes, RandomGenerator random) {
    this.state = state;
    this.transport = transport;
    this.nodes = nodes;
    this.random = random;
  }

  private byte[] encode(int tid, Ipv4Address to, Request request, int socket) {
    boolean tellsId = !state.ephemeral && socket == DhtNode.SERVER_SOCKET;
    return new RpcPacket.Ask(
            tid,
            to,
            tellsId ? nodes.id() : null,
            request.token(),
            request.internal(),
            request.command(),
            request.target(),
            request.value())
        .encode();
  }

  /**
   * Sends a request.
   *
   * @param nodeId the id of the asked node, which leaves the routing table if it does not answer;
   *     null if it shall not
   */
  Exchange send(
      Ipv4Address to,
      @Nullable Key nodeId,
      Request request,
      RequestOptions options,
      Listener listener,
      long nowNanos) {
    int tid = freeTid();
    Exchange exchange = new Exchange(tid, to, nodeId, request, options, listener);
    if (state.suspended || byTid.size() == REQUESTS_MAX) {
      state.defer(exchange::drop);
      return exchange;
    }
    byTid.put(tid, exchange);
    attempt(exchange, nowNanos);
    return exchange;
  }

  private int freeTid() {
    int tid = random.nextInt(1 << 16);
    while (byTid.containsKey(tid)) {
      tid = tid + 1 & 0xffff;
    }
    return tid;
  }

  private void attempt(Exchange exchange, long nowNanos) {
    if (window.isFull(nowNanos)) {
      waiting.add(exchange);
    } else {
      transmit(exchange, nowNanos);
    }
  }

  private void transmit(Exchange exchange, long nowNanos) {
    if (exchange.sent++ == 0) {
      exchange.firstNanos = nowNanos;
    }
    window.sent(nowNanos);
    tries.add(new Try(exchange, exchange.sent, nowNanos + TRY_NANOS));
    transport.send(exchange.socket, exchange.to, exchange.bytes);
  }

  /** Forgets a request; returns false if it was forgotten before. */
  private boolean end(Exchange exchange) {
    return byTid.remove(exchange.tid, exchange);
  }

  /** Returns the request that a reply answers and forgets it, or returns null if there is none. */
  @Nullable Exchange answered(int tid, Ipv4Address from, long nowNanos) {
    Exchange exchange = byTid.get(tid);
    if (exchange == null || exchange.sent == 0 || !exchange.to.equals(from)) {
      return null;
    }
    end(exchange);
    window.answered(nowNanos);
    responses++;
    return exchange;
  }

  /** Returns whether a request to this address was sent and may still be answered. */
  boolean awaits(Ipv4Address from) {
    return byTid.values().stream().anyMatch(each -> each.sent > 0 && each.to.equals(from));
  }

  void onTimeout(long nowNanos) {
    for (Try next = tries.peek(); next != null; next = tries.peek()) {
      boolean over = isOver(next);
      if (!over && next.endNanos - nowNanos > 0) {
        break;
      }
      tries.remove();
      if (!over) {
        late(next.exchange, nowNanos);
      }
    }
    while (!waiting.isEmpty() && !window.isFull(nowNanos)) {
      Exchange exchange = waiting.remove();
      if (byTid.get(exchange.tid) == exchange) {
        transmit(exchange, nowNanos);
      }
    }
  }

  private boolean isOver(Try attempt) {
    return byTid.get(attempt.exchange.tid) != attempt.exchange
        || attempt.exchange.sent != attempt.number;
  }

  private void late(Exchange exchange, long nowNanos) {
    exchange.listener.late(nowNanos);
    if (byTid.get(exchange.tid) != exchange) {
      return;
    }
    if (exchange.sent <= exchange.options.retries()) {
      attempt(exchange, nowNanos);
      return;
    }
    end(exchange);
    window.answered(nowNanos);
    timeouts++;
    if (exchange.nodeId != null) {
      nodes.remove(exchange.nodeId);
    }
    exchange.listener.timedOut(nowNanos);
  }

  long nextTimeoutNanos() {
    Try next = tries.peek();
    while (next != null && isOver(next)) {
      tries.remove();
      next = tries.peek();
    }
    long nextNanos = next == null ? Long.MAX_VALUE : next.endNanos;
    return waiting.isEmpty() ? nextNanos : Times.earlier(nextNanos, window.nextSlotNanos());
  }

  /** Ends all requests. */
  void suspend(long nowNanos) {
    List<Exchange> ended = new ArrayList<>(byTid.values());
    byTid.clear();
    tries.clear();
    waiting.clear();
    window.clear();
    ended.forEach(exchange -> exchange.drop(nowNanos));
  }

  int inFlight() {
    return byTid.size();
  }

  long responses() {
    return responses;
  }

  long timeouts() {
    return timeouts;
  }

  /**
   * How many requests may be on the way: at most {@value #SLOT_MAX} sent in the current slot of 750
   * ms and {@value #TOTAL_MAX} in the last four, answered ones not counted.
   */
  private static final class Window {
    private static final long SLOT_NANOS = 750_000_000L;
    private static final int SLOT_MAX = 80;
    private static final int TOTAL_MAX = 160;

    private final int[] slots = new int[4];
    private int current;
    private int total;
    private long slotNanos;
    private boolean running;

    boolean isFull(long nowNanos) {
      rotate(nowNanos);
      return slots[current] >= SLOT_MAX || total >= TOTAL_MAX;
    }

    void sent(long nowNanos) {
      rotate(nowNanos);
      slots[current]++;
      total++;
    }

    void answered(long nowNanos) {
      rotate(nowNanos);
      if (slots[current] > 0) {
        slots[current]--;
        total--;
      }
    }

    long nextSlotNanos() {
      return slotNanos + SLOT_NANOS;
    }

    void clear() {
      total = 0;
      Arrays.fill(slots, 0);
    }

    private void rotate(long nowNanos) {
      if (!running) {
        running = true;
        slotNanos = nowNanos;
      }
      long passed = (nowNanos - slotNanos) / SLOT_NANOS;
      for (long i = 0; i < Math.min(passed, slots.length); i++) {
        current = (current + 1) % slots.length;
        total -= slots[current];
        slots[current] = 0;
      }
      if (passed > 0) {
        slotNanos += passed * SLOT_NANOS;
      }
    }
  }
}
