package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * One NAT with one public host. The first packet out makes a mapping; what comes in passes only if
 * the kind lets it.
 */
final class SimulatedNat {
  /** What a NAT maps and what it lets in. */
  enum Kind {
    /** One port for a socket; whoever sends there gets in. */
    FULL_CONE,
    /** One port for a socket; in gets a host to which the socket has sent. */
    ADDRESS_RESTRICTED_CONE,
    /** One port for a socket; in gets an address to which the socket has sent. */
    PORT_RESTRICTED_CONE,
    /** Another random port for every address; in gets that address only. */
    SYMMETRIC;

    boolean isCone() {
      return this != SYMMETRIC;
    }
  }

  private final Kind kind;
  private final int host;
  private final Random random;
  private final Map<String, Integer> ports = new HashMap<>();
  private final Map<Integer, Integer> sockets = new HashMap<>();
  private final Map<Integer, Set<Ipv4Address>> sentTo = new HashMap<>();

  SimulatedNat(Kind kind, int host, Random random) {
    this.kind = kind;
    this.host = host;
    this.random = random;
  }

  int host() {
    return host;
  }

  /** Returns under which address a packet of {@code socket} leaves. */
  Ipv4Address out(int socket, Ipv4Address to) {
    String flow = kind == Kind.SYMMETRIC ? socket + " " + to : "" + socket;
    int port = ports.computeIfAbsent(flow, unused -> freePort());
    sockets.put(port, socket);
    sentTo.computeIfAbsent(port, unused -> new HashSet<>()).add(to);
    return new Ipv4Address(host, port);
  }

  /** Returns to which socket a packet goes, if it gets in. */
  Optional<Integer> in(int port, Ipv4Address from) {
    Set<Ipv4Address> known = sentTo.getOrDefault(port, Set.of());
    boolean passes =
        switch (kind) {
          case FULL_CONE -> true;
          case ADDRESS_RESTRICTED_CONE ->
              known.stream().anyMatch(address -> address.host() == from.host());
          default -> known.contains(from);
        };
    return passes ? Optional.ofNullable(sockets.get(port)) : Optional.empty();
  }

  private int freePort() {
    int port;
    do {
      port = 1024 + random.nextInt(65_536 - 1024);
    } while (sockets.containsKey(port));
    return port;
  }
}
