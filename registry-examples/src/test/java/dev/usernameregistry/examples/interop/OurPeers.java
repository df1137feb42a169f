package dev.usernameregistry.examples.interop;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.RegistryBuilder;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.TcpNetwork;
import dev.usernameregistry.net.Topic;
import dev.usernameregistry.storage.RocksStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Opens registries of ours for tests, and closes after each test those that are left. */
final class OurPeers implements AfterEachCallback {
  /** What our peers are called in their registrations. */
  static final String NAME = "a Java peer";

  private static final String LOOPBACK = "127.0.0.1";
  private static final NamePolicy ANY_NAME =
      NamePolicy.matching(Pattern.compile("\\S{1,60}"), "anything without blanks");

  private final List<UsernameRegistry> opened = new ArrayList<>();
  private final List<Network> networks = new ArrayList<>();

  /** Where a registry of ours is kept. */
  enum Kept {
    IN_MEMORY,
    ON_DISK
  }

  /** Who opens the connection: the initiator of the handshake. */
  enum Dialler {
    WE,
    THEY
  }

  /**
   * Opens a registry and has it and {@code peer} connect to each other. The peer tells its registry
   * key in a raw first message.
   */
  UsernameRegistry meet(JsPeer peer, Dialler dialler, Kept kept, Path folder) {
    if (dialler == Dialler.WE) {
      return dial(peer.listen(true), kept, folder);
    }
    UsernameRegistry ours = listen(kept, folder);
    peer.ask("connect", Map.of("port", port(ours), "rawKey", true));
    return ours;
  }

  /** Opens a registry that listens on a free port of loopback. */
  UsernameRegistry listen(Kept kept, Path folder) {
    return open(TcpNetwork.builder().listen(LOOPBACK, 0).build(), kept, folder);
  }

  /** Opens a registry that connects to {@code port} of loopback, again and again. */
  UsernameRegistry dial(int port, Kept kept, Path folder) {
    return open(TcpNetwork.builder().connect(LOOPBACK, port).build(), kept, folder);
  }

  /** Has a DHT closed after the registries. */
  Network network(Network network) {
    networks.add(network);
    return network;
  }

  /** Opens a registry that knows nothing but a topic and the DHT. */
  UsernameRegistry onTopic(Network network, Topic topic, Kept kept, Path folder) {
    return open(Swarm.onTopic(topic).bootstrap(network.bootstrap()), kept, folder);
  }

  /** Returns the port that {@code ours} listens on. */
  static int port(UsernameRegistry ours) {
    String address = ours.listening().get(0);
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private UsernameRegistry open(LogNetwork network, Kept kept, Path folder) {
    RegistryBuilder options =
        UsernameRegistry.builder()
            .registeredBy(NAME)
            .namePolicy(ANY_NAME)
            .storage(kept == Kept.ON_DISK ? RocksStorage.at(folder) : MemoryStorage::new)
            .network(network);
    UsernameRegistry registry = options.open();
    opened.add(registry);
    return registry;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    opened.forEach(UsernameRegistry::close);
    opened.clear();
    networks.forEach(Network::close);
    networks.clear();
  }
}
