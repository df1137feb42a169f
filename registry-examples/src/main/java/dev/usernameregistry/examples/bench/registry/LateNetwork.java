package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.log.Log;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A network that begins when it is told to instead of when its registry is opened, so that opening
 * is not measured along with it. Safe from any thread.
 */
final class LateNetwork implements LogNetwork, LogNetwork.Running {
  private final LogNetwork network;

  // Both guarded by this.
  private Optional<NetworkHost> host = Optional.empty();
  private Optional<Running> running = Optional.empty();

  LateNetwork(LogNetwork network) {
    this.network = network;
  }

  @Override
  public synchronized Running start(NetworkHost starting) {
    host = Optional.of(starting);
    return this;
  }

  /** Begins with all logs that the registry has by now. */
  synchronized void begin() throws IOException {
    running = Optional.of(network.start(host.orElseThrow()));
  }

  private synchronized Optional<Running> running() {
    return running;
  }

  @Override
  public void replicate(Log log) {
    running().ifPresent(one -> one.replicate(log));
  }

  @Override
  public void forget(Log log) {
    running().ifPresent(one -> one.forget(log));
  }

  @Override
  public List<PeerState> peers() {
    return running().map(Running::peers).orElse(List.of());
  }

  @Override
  public List<String> listening() {
    return running().map(Running::listening).orElse(List.of());
  }

  @Override
  public void close() {
    running().ifPresent(Running::close);
  }
}
