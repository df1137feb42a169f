package dev.usernameregistry.examples.shell;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.SyncReport;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.examples.terminal.Ink;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** Parts of sentences that several answers for people share. */
final class Phrases {

  private Phrases() {}

  static String name(Registration registration) {
    return Ink.shown(registration.username());
  }

  static String owner(Registration registration) {
    String by = registration.registeredBy().isEmpty() ? "somebody" : registration.registeredBy();
    String registry = registration.registryKey().shortHex();
    return Ink.shown(by) + " (registry " + registry + since(registration) + ")";
  }

  static String since(Registration registration) {
    return registration
        .registeredAt()
        .map(time -> ", since " + time.truncatedTo(ChronoUnit.SECONDS))
        .orElse("");
  }

  static String mayBeElsewhere(SyncReport sync) {
    if (sync.peers() == 0) {
      return "; no peer is connected who could know";
    }
    return sync.complete() ? "" : "; this peer is behind: sync waits";
  }

  /** Returns how many peers there are, and how many connections if some have more than one. */
  static String peers(List<PeerState> connections) {
    long peers = Standing.peers(connections.stream());
    return count(peers, "peer")
        + (peers == connections.size() ? "" : " on " + connections.size() + " connections");
  }

  /** Returns what an answer waits for; empty if it is not the peers. */
  static Optional<String> waiting(Standing standing, Duration atMost) {
    String end = ", at most " + count(atMost.toSeconds(), "second") + " ...";
    if (!standing.sync().complete()) {
      return Optional.of("waiting for what the connected peers have" + end);
    }
    return standing.looking() ? Optional.of("looking for peers first" + end) : Optional.empty();
  }

  static String alike(Registration other, boolean mine) {
    String whose = mine ? " is yours" : " belongs to " + owner(other);
    return name(other) + whose + "; upper and lower case are two names";
  }

  static String behind(SyncReport.Entry entry) {
    String registry =
        entry.registryKey().map(key -> "registry " + key.shortHex() + " at ").orElse("");
    return registry + "peer " + entry.address() + ": " + entry.reason().orElse("in sync");
  }

  static String count(long count, String one) {
    return count(count, one, one + "s");
  }

  static String count(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }
}
