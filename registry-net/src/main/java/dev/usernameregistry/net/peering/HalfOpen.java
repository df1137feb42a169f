package dev.usernameregistry.net.peering;

import dev.usernameregistry.crypto.Key;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes that peers began with us and that are still remembered, by their first message: a
 * repeated one gets the same answer.
 *
 * <p>There are at most {@link #MAX}. When there is no room, the oldest one gives way of whoever
 * holds the most: first the host that sends the most is looked for (a relay, or a peer itself),
 * then among its handshakes the host of the peer that has the most. A relay writes down where a
 * message really came from, so that one flooding peer behind an honest relay only pushes out its
 * own; a relay that lies pushes out only what came through it.
 */
final class HalfOpen {
  /** Most handshakes remembered at a time. */
  static final int MAX = 512;

  /** Oldest first. */
  private final Map<Key, ServerHandshake> byMessage = new LinkedHashMap<>();

  private final Map<Long, ServerHandshake> byId = new HashMap<>();

  @Nullable ServerHandshake get(Key message) {
    return byMessage.get(message);
  }

  @Nullable ServerHandshake get(long id) {
    return byId.get(id);
  }

  int size() {
    return byMessage.size();
  }

  List<ServerHandshake> all() {
    return List.copyOf(byMessage.values());
  }

  /** Returns who has to give way to one more, or null while there is room. */
  @Nullable ServerHandshake victim() {
    return byMessage.size() < MAX ? null : victim(byMessage.values());
  }

  /** Returns the one of {@code among}, oldest first and not empty, that gives way first. */
  static ServerHandshake victim(Collection<ServerHandshake> among) {
    List<ServerHandshake> ofSender = ofBusiest(among, handshake -> handshake.sender().host());
    return ofBusiest(ofSender, handshake -> handshake.client().host()).get(0);
  }

  void add(ServerHandshake handshake) {
    byMessage.put(handshake.message(), handshake);
    byId.put(handshake.id(), handshake);
  }

  void remove(ServerHandshake handshake) {
    byMessage.remove(handshake.message(), handshake);
    byId.remove(handshake.id(), handshake);
  }

  private static List<ServerHandshake> ofBusiest(
      Collection<ServerHandshake> among, ToIntFunction<ServerHandshake> host) {
    Map<Integer, Integer> counts = new HashMap<>();
    int busiest = 0;
    int most = 0;
    for (ServerHandshake handshake : among) {
      int count = counts.merge(host.applyAsInt(handshake), 1, Integer::sum);
      if (count > most) {
        most = count;
        busiest = host.applyAsInt(handshake);
      }
    }
    int kept = busiest;
    return among.stream().filter(handshake -> host.applyAsInt(handshake) == kept).toList();
  }
}
