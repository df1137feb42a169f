package dev.usernameregistry.net;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.NetworkHost;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A {@link Swarm} at work. */
final class RunningSwarm implements LogNetwork.Running {

  static RunningSwarm start(NetworkHost host, SwarmOptions options) throws IOException {
    throw new UnsupportedOperationException();
  }

  void join(Topic topic, Swarm.Role role) {}

  boolean leave(Topic topic, Duration timeout) {
    return false;
  }

  boolean flush(Duration timeout) {
    return false;
  }

  void ban(Key peer) {}

  void joinPeer(Key peer) {}

  void leavePeer(Key peer) {}

  boolean suspend(Duration timeout) {
    return false;
  }

  void resume() {}

  SwarmStatus status() {
    throw new UnsupportedOperationException();
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
