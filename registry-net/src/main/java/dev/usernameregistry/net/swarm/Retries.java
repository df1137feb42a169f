package dev.usernameregistry.net.swarm;

import java.util.PriorityQueue;
import java.util.Queue;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Peers that wait before they are dialled again; each waits for one thing at a time. */
final class Retries {
  private final RandomGenerator random;
  private final Queue<Retry> queue =
      new PriorityQueue<>((a, b) -> Long.signum(a.dueNanos - b.dueNanos));

  /** A peer and when it is due. */
  record Retry(Peer peer, RetryWait kind, long dueNanos) {}

  Retries(RandomGenerator random) {
    this.random = random;
  }

  int size() {
    return queue.size();
  }

  /** Lets a peer wait, instead of what it waited for before. */
  void add(Peer peer, RetryWait kind, long nowNanos) {
    remove(peer);
    Retry retry = new Retry(peer, kind, nowNanos + kind.nanos(random));
    peer.retry = retry;
    queue.add(retry);
  }

  void remove(Peer peer) {
    if (peer.retry != null) {
      queue.remove(peer.retry);
      peer.retry = null;
    }
  }

  /** Takes out what is due next; null if nothing is due yet. */
  @Nullable Retry poll(long nowNanos) {
    Retry next = queue.peek();
    if (next == null || next.dueNanos - nowNanos > 0) {
      return null;
    }
    queue.remove();
    next.peer.retry = null;
    return next;
  }

  /** Returns when the next peer is due, or {@link Long#MAX_VALUE}. */
  long nextNanos() {
    Retry next = queue.peek();
    return next == null ? Long.MAX_VALUE : next.dueNanos;
  }
}
