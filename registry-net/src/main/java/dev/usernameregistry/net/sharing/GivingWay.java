package dev.usernameregistry.net.sharing;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says which connection ends where there is no room for one more: one of the host that has most of
 * them. So one host cannot keep all others out by connecting again and again.
 */
final class GivingWay {
  static final String REASON = "somebody from another host wants to connect, and there is no room";

  private GivingWay() {}

  /**
   * Returns the newest of the connections that one host made, if these are more by two than those
   * that the host of {@code address} made; else it would be that host's turn next.
   *
   * @param address of whoever wants to connect, as {@code host:port}
   * @param connections all, in their order; those that we made stay
   */
  static Optional<Connection> toOneFrom(String address, Collection<Connection> connections) {
    Map<String, List<Connection>> byHost = new HashMap<>();
    for (Connection connection : connections) {
      if (!connection.initiator()) {
        byHost
            .computeIfAbsent(host(connection.address()), none -> new ArrayList<>())
            .add(connection);
      }
    }
    int own = byHost.getOrDefault(host(address), List.of()).size();
    return byHost.values().stream()
        .filter(made -> made.size() > own + 1)
        .reduce((one, other) -> other.size() > one.size() ? other : one)
        .map(made -> made.get(made.size() - 1));
  }

  private static String host(String address) {
    return address.substring(0, Math.max(0, address.lastIndexOf(':')));
  }
}
