package dev.usernameregistry.examples.bench.net;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.examples.bench.frame.Children;
import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * A DHT on loopback in a process of its own, which the peers that are measured share.
 *
 * @param entry the node to enter through
 */
record LoopbackDht(InetSocketAddress entry) {

  /** Starts one, and waits until it is ready. */
  static LoopbackDht start(Children children) throws IOException, InterruptedException {
    JsonNode ready =
        children.program("bootstrap", "--json", "--stdin", "--port", "0").event("ready");
    return new LoopbackDht(
        new InetSocketAddress(ready.path("host").asText(), ready.path("port").asInt()));
  }

  /** Returns host:port. */
  String address() {
    return entry.getHostString() + ":" + entry.getPort();
  }
}
