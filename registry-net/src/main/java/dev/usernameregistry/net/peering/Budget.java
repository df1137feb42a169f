package dev.usernameregistry.net.peering;

import dev.usernameregistry.net.dht.SourceRates;
import dev.usernameregistry.net.peering.ServerHandshake.Origin;

/**
 * How much of something dear peers may have us do: each peer's host, each host that brings peers'
 * messages as a relay, and all of them together, because sources can be invented.
 *
 * <p>What a relay says of its clients is counted for each relay alone, so that one that lies keeps
 * out nobody who comes another way; and what one client asks too much is not taken from its relay's
 * share.
 */
final class Budget {
  /** Sources whose rate is known, of each kind. */
  static final int SOURCES_MAX = 1024;

  private final SourceRates clients;
  private final SourceRates relays;
  private final SourceRates all;
  private long refusedCount;

  /** So many at once, and so many each second in the long run. */
  record Rate(int burst, int perSecond) {
    private SourceRates rates() {
      return new SourceRates(burst, perSecond, SOURCES_MAX);
    }
  }

  Budget(Rate client, Rate relay, Rate all) {
    this.clients = client.rates();
    this.relays = relay.rates();
    this.all = all.rates();
  }

  /** Takes one for a message from there; returns false if there is none left. */
  boolean take(Origin origin, long nowNanos) {
    long sender = origin.direct() ? 0 : Integer.toUnsignedLong(origin.sender().host());
    long client = sender << Integer.SIZE | Integer.toUnsignedLong(origin.client().host());
    boolean taken =
        clients.take(client, nowNanos)
            && (origin.direct() || relays.take(sender, nowNanos))
            && all.take(0, nowNanos);
    if (!taken) {
      refusedCount++;
    }
    return taken;
  }

  /** Returns how many were refused so far. */
  long refusedCount() {
    return refusedCount;
  }
}
