package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Some machines with private addresses behind one NAT. The NAT lets in only what comes from an
 * address that was sent to from inside.
 */
final class SimulatedLan {
  /** Which port the NAT gives to a socket inside. */
  enum Mapping {
    /** Always the same one. */
    CONSISTENT,
    /** Another one for each address outside. */
    RANDOM
  }

  private record Inside(Ipv4Address local, @Nullable Ipv4Address remote) {}

  final int publicHost;
  private final Mapping mapping;
  private final Random random;
  private final Map<Inside, Integer> ports = new HashMap<>();
  private final Map<Integer, Ipv4Address> locals = new HashMap<>();
  private final Map<Integer, Set<Ipv4Address>> sentTo = new HashMap<>();

  SimulatedLan(String publicHost, Mapping mapping, long seed) {
    this.publicHost = Ipv4Address.of(publicHost, 0).host();
    this.mapping = mapping;
    this.random = new Random(seed);
  }

  /** Returns what the outside sees as the source of a packet. */
  Ipv4Address outbound(Ipv4Address local, Ipv4Address remote) {
    Inside inside = new Inside(local, mapping == Mapping.RANDOM ? remote : null);
    int port = ports.computeIfAbsent(inside, key -> freePort());
    locals.put(port, local);
    sentTo.computeIfAbsent(port, key -> new HashSet<>()).add(remote);
    return new Ipv4Address(publicHost, port);
  }

  /** Returns to whom inside a packet goes, or null if it is not let in. */
  @Nullable Ipv4Address inbound(int port, Ipv4Address from) {
    return sentTo.getOrDefault(port, Set.of()).contains(from) ? locals.get(port) : null;
  }

  private int freePort() {
    int port;
    do {
      port = 1024 + random.nextInt(64_000);
    } while (locals.containsKey(port));
    return port;
  }
}
