package dev.usernameregistry;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to listeners in the order in which they were told, one at a time, on an executor.
 * Safe from any thread.
 */
final class Listeners {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
  private static final int WAITING_MAX = 8192;

  private final Executor executor;
  private final List<Subscribed> subscribed = new CopyOnWriteArrayList<>();

  /** Written with this locked. */
  private volatile boolean closed;

  // All guarded by this.
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private boolean running;

  /** Who calls listeners just now; null if nobody does. */
  private @Nullable Thread calling;

  Listeners(Executor executor) {
    this.executor = executor;
  }

  Subscription add(RegistryListener listener) {
    Subscribed added = new Subscribed(listener);
    subscribed.add(added);
    return added;
  }

  /** Notes one event for all who are subscribed now. Never waits and calls nobody. */
  void tell(Consumer<RegistryListener> event) {
    if (subscribed.isEmpty()) {
      return;
    }
    List<Subscribed> to = List.copyOf(subscribed);
    synchronized (this) {
      if (!closed) {
        waiting.add(() -> to.forEach(one -> one.call(event)));
      }
    }
  }

  /** Notes which peers came, went or told their registry between two looks at them. */
  void tellPeers(
      Map<ToldRegistries.Connection, PeerState> before,
      Map<ToldRegistries.Connection, PeerState> now) {
    before.forEach(
        (connection, peer) -> {
          if (!now.containsKey(connection)) {
            tell(one -> one.peerDisconnected(peer));
          }
        });
    now.forEach(
        (connection, peer) -> {
          PeerState known = before.get(connection);
          if (known == null) {
            tell(one -> one.peerConnected(peer));
          }
          if (peer.registryKey().isPresent()
              && (known == null || !peer.registryKey().equals(known.registryKey()))) {
            tell(one -> one.peerToldRegistry(peer));
          }
        });
  }

  /** Has the noted events run. To be called without locks, because the executor may be direct. */
  void flush() {
    synchronized (this) {
      if (running || waiting.isEmpty()) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this::run);
    } catch (RuntimeException | Error refused) { // an Error where it cannot start a thread
      LOG.warn("the listener executor refuses events, which are lost", refused);
      synchronized (this) {
        running = false;
        waiting.clear();
        notifyAll();
      }
    }
  }

  /** Returns whether {@link #awaitRoom} would not wait now. */
  synchronized boolean hasRoom() {
    return waiting.size() <= WAITING_MAX;
  }

  /** Waits while so many events wait that more would take too much memory. */
  synchronized void awaitRoom() throws InterruptedException {
    while (waiting.size() > WAITING_MAX && !closed) {
      wait();
    }
  }

  /**
   * Drops what waits, and waits until a call under way has ended, unless it is what closes. Nobody
   * is called afterwards, on whatever executor.
   */
  synchronized void close() {
    closed = true;
    waiting.clear();
    notifyAll();
    boolean interrupted = false;
    while (calling != null && calling != Thread.currentThread()) {
      try {
        wait();
      } catch (InterruptedException again) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    for (Runnable event = next(); event != null; event = next()) {
      event.run();
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable event = waiting.poll();
    running = event != null;
    calling = event == null ? null : Thread.currentThread();
    notifyAll();
    return event;
  }

  private final class Subscribed implements Subscription {
    private final RegistryListener listener;
    private volatile boolean ended;

    Subscribed(RegistryListener listener) {
      this.listener = listener;
    }

    void call(Consumer<RegistryListener> event) {
      if (ended || closed) {
        return;
      }
      try {
        event.accept(listener);
      } catch (Throwable thrown) { // a listener may throw whatever its language allows
        LOG.warn("listener {} failed; the others and the registry go on", listener, thrown);
      }
    }

    @Override
    public void close() {
      ended = true;
      subscribed.remove(this);
    }
  }
}
