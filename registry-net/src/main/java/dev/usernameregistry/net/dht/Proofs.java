package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which hosts have proven that they receive what we send to them, by answering a request of ours or
 * by returning a token. Whoever forges the source of a request cannot do either.
 *
 * <p>The rule against reflection: to a host without a proof we send, for each request that has its
 * address as source, at most one packet, and none that is longer than that request. A reply that is
 * longer is held back while the host is asked with a PING of {@value #PING_BYTES} bytes, the length
 * of the shortest request; its answer is the proof. A proof lasts {@value #PROOF_MINUTES} minutes
 * and is renewed in its second half, along with the next reply. Held back is also the reply to a
 * PING, though it would fit without our id; {@code Answers} tells why and when not.
 *
 * <p>Each address that asks is asked for itself, so that forged ports of a host do not keep it from
 * proving itself. Bounds: {@value #PROVEN_MAX} hosts proven, {@value #ASKED_MAX} addresses being
 * asked, {@value #HELD_MAX} replies for each of these and {@value #HELD_BYTES_MAX} bytes for all.
 * Where a bound is reached the oldest goes.
 */
final class Proofs {
  static final int PROVEN_MAX = 1 << 16;
  static final int ASKED_MAX = 1 << 12;
  static final int HELD_MAX = 8;
  static final int HELD_BYTES_MAX = 1 << 20;
  static final int PROOF_MINUTES = 30;
  static final int PING_BYTES = RpcPacket.HEADER_BYTES + 1;

  private static final long PROOF_NANOS = PROOF_MINUTES * 60_000_000_000L;
  private static final long ASKED_NANOS = Requests.TRY_NANOS;

  private final Transport transport;
  private final RandomGenerator random;

  /** When each host was proven; the one used longest ago first. */
  private final Map<Integer, Long> provenNanos =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
          return size() > PROVEN_MAX;
        }
      };

  /** Who has a PING of ours to answer; the one asked longest ago first. */
  private final Map<Ipv4Address, Asked> asked = new LinkedHashMap<>();

  /** Invariant: the sum over all held replies; at most HELD_BYTES_MAX. */
  private int heldBytes;

  /** A reply that is held back. */
  @SuppressWarnings("ArrayRecordComponent") // bytes that pass through; compared by nobody
  record Held(int socket, Ipv4Address to, byte[] bytes) {}

  private static final class Asked {
    final int tid;
    final long nowNanos;
    final List<Held> held = new ArrayList<>(1);

    Asked(int tid, long nowNanos) {
      this.tid = tid;
      this.nowNanos = nowNanos;
    }
  }

  Proofs(Transport transport, RandomGenerator random) {
    this.transport = transport;
    this.random = random;
  }

  /** Returns whether a host receives what we send to it. */
  boolean isProven(Ipv4Address host, long nowNanos) {
    Long since = provenNanos.get(host.host());
    return since != null && nowNanos - since < PROOF_NANOS;
  }

  /** Notes that somebody has answered or returned a token, and sends what was held back for it. */
  void prove(Ipv4Address from, long nowNanos) {
    provenNanos.put(from.host(), nowNanos);
    Asked done = forget(from);
    if (done != null) {
      done.held.forEach(held -> transport.send(held.socket, held.to, held.bytes));
    }
  }

  /** Takes in a reply that no request of ours awaits; returns whether it proves its host. */
  boolean answered(int tid, Ipv4Address from, long nowNanos) {
    Asked pending = asked.get(from);
    if (pending == null || pending.tid != tid || nowNanos - pending.nowNanos >= ASKED_NANOS) {
      return false;
    }
    prove(from, nowNanos);
    return true;
  }

  /** Holds a reply to a request from {@code from} back until its host has proven itself. */
  void hold(int socket, Ipv4Address from, Held reply, long nowNanos) {
    Asked pending = ask(socket, from, nowNanos);
    if (pending.held.size() < HELD_MAX) {
      pending.held.add(reply);
      heldBytes += reply.bytes.length;
    }
    while (asked.size() > ASKED_MAX || heldBytes > HELD_BYTES_MAX) {
      forget(asked.keySet().iterator().next());
    }
  }

  /** Asks a proven host again if its proof is getting old. */
  void renew(int socket, Ipv4Address from, long nowNanos) {
    Long since = provenNanos.get(from.host());
    if (since != null && nowNanos - since > PROOF_NANOS / 2) {
      ask(socket, from, nowNanos);
    }
  }

  private Asked ask(int socket, Ipv4Address address, long nowNanos) {
    Asked pending = asked.get(address);
    if (pending != null && nowNanos - pending.nowNanos < ASKED_NANOS) {
      return pending;
    }
    forget(address);
    Asked next = new Asked(random.nextInt(1 << 16), nowNanos);
    asked.put(address, next);
    RpcPacket ping =
        new RpcPacket.Ask(next.tid, address, null, null, true, Request.PING, null, null);
    transport.send(socket, address, ping.encode());
    return next;
  }

  private @Nullable Asked forget(Ipv4Address address) {
    Asked done = asked.remove(address);
    if (done != null) {
      done.held.forEach(held -> heldBytes -= held.bytes.length);
    }
    return done;
  }

  int heldBytes() {
    return heldBytes;
  }

  /** Returns how many hosts and addresses are remembered. */
  int size() {
    return provenNanos.size() + asked.size();
  }
}
