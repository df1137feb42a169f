package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Through which nodes peers were reached before; of the last {@link #PEERS_MAX} of them. */
final class RelayMemory {
  static final int PEERS_MAX = 512;

  private static final int ADDRESSES_MAX = 4;

  private final Map<Key, List<Ipv4Address>> relays =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, List<Ipv4Address>> eldest) {
          return size() > PEERS_MAX;
        }
      };

  void remember(Key peer, List<Ipv4Address> addresses) {
    if (!addresses.isEmpty()) {
      relays.put(
          peer, List.copyOf(addresses.subList(0, Math.min(ADDRESSES_MAX, addresses.size()))));
    }
  }

  List<Ipv4Address> of(Key peer) {
    return relays.getOrDefault(peer, List.of());
  }
}
