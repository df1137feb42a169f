package dev.usernameregistry.testkit;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A network that carries nothing. The test says who is connected, when the registry is told of it,
 * and what happens while the registry asks for something. Safe from any thread.
 */
public final class ScriptedNetwork extends SilentNetwork {
  /** Is given each log that is to be replicated; if it throws, the log is not. */
  public volatile Consumer<Log> duringReplicate = log -> {};

  /** Is run when a log is to be forgotten; if it throws, the log is not. */
  public volatile Runnable duringForget = () -> {};

  /** Is run when this is closed. */
  public volatile Runnable duringClose = () -> {};

  private final List<Log> replicated = new CopyOnWriteArrayList<>();
  private final List<Key> notReplicated = new CopyOnWriteArrayList<>();
  private final AtomicLong asked = new AtomicLong();
  private final AtomicReference<Runnable> whenAsked = new AtomicReference<>(() -> {});
  private volatile List<PeerState> peers = List.of();

  /** Makes one with no peers. */
  public ScriptedNetwork() {}

  /** Has these peers and no others be connected from now on. Nobody is told. */
  public void show(PeerState... connected) {
    peers = List.of(connected);
  }

  /** Has these peers and no others be connected from now on, and tells that peers changed. */
  public void connect(PeerState... connected) {
    show(connected);
    host().peersChanged();
  }

  /** Has these peers and no others be connected from now on, and tells their heads as news. */
  public void announce(PeerState... connected) {
    show(connected);
    host().headsChanged(List.of(connected));
  }

  /** Runs this once, before the registry is next answered who is connected. */
  public void whenNextAsked(Runnable meanwhile) {
    whenAsked.set(meanwhile);
  }

  /** Returns how often the registry asked who is connected. */
  public long askedCount() {
    return asked.get();
  }

  /** Returns the logs that were to be replicated since the start, in this order. */
  public List<Log> replicated() {
    return replicated;
  }

  /** Returns what was introduced, and is not replicated after all. */
  public List<Key> notReplicated() {
    return notReplicated;
  }

  @Override
  public void notReplicated(Key registryKey) {
    notReplicated.add(registryKey);
  }

  @Override
  public void replicate(Log log) {
    duringReplicate.accept(log);
    replicated.add(log);
  }

  @Override
  public void forget(Log log) {
    duringForget.run();
  }

  @Override
  public List<PeerState> peers() {
    asked.incrementAndGet();
    whenAsked.getAndSet(() -> {}).run();
    return peers;
  }

  @Override
  public void close() {
    duringClose.run();
  }
}
