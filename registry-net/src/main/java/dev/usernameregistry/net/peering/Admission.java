package dev.usernameregistry.net.peering;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.peering.ServerHandshake.Origin;

/**
 * Decides which handshakes are worth the agreement of keys, and makes room for them. A message that
 * is already known costs nothing and is not counted.
 */
final class Admission {
  /** Handshakes that one peer's host may begin at once; a whole office may be behind one. */
  static final int CLIENT_BURST = 64;

  /** Handshakes that one peer's host may begin each second in the long run. */
  static final int CLIENT_PER_SECOND = 16;

  /** Handshakes that one host may bring as a relay at once. */
  static final int RELAY_BURST = 256;

  /** Handshakes that one host may bring as a relay each second in the long run. */
  static final int RELAY_PER_SECOND = 64;

  private final PeeringContext context;
  private final SourceRates clients = new SourceRates(CLIENT_BURST, CLIENT_PER_SECOND);
  private final SourceRates relays = new SourceRates(RELAY_BURST, RELAY_PER_SECOND);
  private long handshakeCount;
  private long refusedCount;

  Admission(PeeringContext context) {
    this.context = context;
  }

  /**
   * Returns whether a new handshake may begin now, and counts it. What a relay says of its clients
   * is counted for each relay alone, so that one that lies keeps out nobody who comes another way;
   * and what one client has too much is not taken from its relay's share.
   */
  boolean mayBegin(Origin origin, long nowNanos) {
    long sender = origin.direct() ? 0 : Integer.toUnsignedLong(origin.sender().host());
    long client = sender << Integer.SIZE | Integer.toUnsignedLong(origin.client().host());
    boolean mayBegin =
        clients.take(client, nowNanos) && (origin.direct() || relays.take(sender, nowNanos));
    if (!mayBegin) {
      refusedCount++;
    }
    return mayBegin;
  }

  /** Makes room for a handshake and puts it there. */
  ServerHandshake begin(Listening listening, Key name, Origin origin, long nowNanos) {
    ServerHandshake victim = context.halfOpen().victim();
    if (victim != null) {
      victim.end(nowNanos);
    }
    ServerHandshake handshake =
        new ServerHandshake(context, listening, name, handshakeCount++, origin);
    context.halfOpen().add(handshake);
    return handshake;
  }

  /** Returns how many handshakes came too soon. */
  long refusedCount() {
    return refusedCount;
  }
}
