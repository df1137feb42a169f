package dev.usernameregistry.examples.shell;

import dev.usernameregistry.examples.terminal.Address;
import dev.usernameregistry.net.TcpNetwork;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The network of peers without a topic. */
final class Tcp {
  private Tcp() {}

  /**
   * Returns a network that listens, if {@code listen} is given, and connects to {@code peers}.
   *
   * @param dials is told how it stands with each of them
   */
  static TcpNetwork network(
      @Nullable Address listen, List<Address> peers, Consumer<TcpNetwork.Dial> dials) {
    TcpNetwork.Builder network = TcpNetwork.builder().dialListener(dials);
    if (listen != null) {
      network.listen(listen.host(), listen.port());
    }
    peers.forEach(peer -> network.connect(peer.host(), peer.port()));
    return network.build();
  }
}
