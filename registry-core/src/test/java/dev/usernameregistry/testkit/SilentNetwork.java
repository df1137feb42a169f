package dev.usernameregistry.testkit;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.log.Log;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A network without peers that carries nothing. */
public class SilentNetwork implements LogNetwork, LogNetwork.Running {
  private @Nullable NetworkHost host;

  /** Returns the registry for which this was started. */
  public NetworkHost host() {
    return Objects.requireNonNull(host);
  }

  @Override
  public Running start(NetworkHost started) {
    host = started;
    return this;
  }

  @Override
  public void replicate(Log log) {}

  @Override
  public void forget(Log log) {}

  @Override
  public List<PeerState> peers() {
    return List.of();
  }

  @Override
  public List<String> listening() {
    return List.of();
  }

  @Override
  public void close() {}
}
