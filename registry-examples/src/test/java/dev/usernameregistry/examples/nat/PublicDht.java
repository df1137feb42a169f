package dev.usernameregistry.examples.nat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A DHT of our nodes on the public nodes of a topology. */
final class PublicDht {
  /** The port of every node. */
  static final int PORT = 49_737;

  private static final String MAIN = "dev.usernameregistry.examples.Main";

  private PublicDht() {}

  /** Starts all nodes, one after the other, and waits until they run. */
  static void start(Topology topology, Programs programs) throws IOException {
    for (int i = 0; i < Topology.PUBLIC_NODES; i++) {
      List<String> command =
          new ArrayList<>(
              Programs.java(
                  MAIN,
                  "bootstrap",
                  "--json",
                  "--host",
                  Topology.publicHost(i),
                  "--port",
                  String.valueOf(PORT)));
      if (i > 0) {
        command.addAll(List.of("--bootstrap", bootstrap()));
      }
      programs.startAndListen(topology.publicNode(i), command);
    }
  }

  /** Returns where the DHT is entered, as host and port. */
  static String bootstrap() {
    return Topology.publicHost(0) + ":" + PORT;
  }
}
