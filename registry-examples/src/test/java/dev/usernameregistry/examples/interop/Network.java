package dev.usernameregistry.examples.interop;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.net.LocalDht;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A whole DHT on loopback: of JavaScript nodes, or of ours. */
final class Network implements AutoCloseable {
  private final InetSocketAddress bootstrap;
  private final @Nullable LocalDht ours;

  private Network(InetSocketAddress bootstrap, @Nullable LocalDht ours) {
    this.bootstrap = bootstrap;
    this.ours = ours;
  }

  /** Whose nodes a DHT is made of. */
  enum Nodes {
    JAVASCRIPT,
    JAVA
  }

  /** Starts a DHT; one of JavaScript nodes lives in a peer whose store is in {@code folder}. */
  static Network start(Nodes nodes, JsPeers js, Path folder) throws IOException {
    if (nodes == Nodes.JAVA) {
      LocalDht dht = LocalDht.start();
      return new Network(dht.bootstrap(), dht);
    }
    JsonNode first = js.start(folder).ask("testnet", Map.of("size", 5));
    String host = first.path("host").asText();
    return new Network(new InetSocketAddress(host, first.path("port").asInt()), null);
  }

  InetSocketAddress bootstrap() {
    return bootstrap;
  }

  /** Has a peer enter this DHT; returns the public key that names it there. */
  String enter(JsPeer peer) {
    return peer.ask("swarm", Map.of("host", bootstrap.getHostString(), "port", bootstrap.getPort()))
        .path("publicKey")
        .asText();
  }

  @Override
  public void close() {
    if (ours != null) {
      ours.close();
    }
  }
}
