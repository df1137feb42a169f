package dev.usernameregistry.examples;

import dev.usernameregistry.LogNetwork;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The network of all programs here. */
final class Tcp {
  private Tcp() {}

  /** Returns a network that listens, if {@code listen} is given, and connects to {@code peers}. */
  static LogNetwork network(@Nullable Address listen, List<Address> peers) {
    return host -> {
      throw new IOException("no TCP yet, for " + listen + " and " + peers);
    };
  }
}
