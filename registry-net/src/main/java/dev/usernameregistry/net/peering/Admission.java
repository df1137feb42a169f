package dev.usernameregistry.net.peering;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.SourceRates;
import dev.usernameregistry.net.peering.Budget.Rate;
import dev.usernameregistry.net.peering.ServerHandshake.Origin;
import java.util.List;

/**
 * Decides what we do for peers that dial us, and makes room for it. A message that is already known
 * costs nothing and is not counted. A peer whose message comes too soon sends it again a second
 * later, and comes through another relay too.
 *
 * <pre>
 * what        costs us              one peer's host   one relay's host   all together   at a time
 * handshake   4 points multiplied   128, then 16/s    256, then 32/s     512, 64/s      512
 * punch       a socket, 4 pings     8, then 2/s       32, then 8/s       64, 16/s       64
 * own relay   a dial to our choice  8, then 2/s       32, then 8/s      64, 16/s       64
 * its relay   a dial to its choice  2, then 1/s                                         4
 * </pre>
 */
final class Admission {
  /** Most punches that peers may have us make at a time. */
  static final int PUNCHES_MAX = 64;

  /** Most peers that we are on the way to meet at a blind relay of our own choice at a time. */
  static final int PROPOSALS_MAX = 64;

  /** Most blind relays of the peers' choice that are dialled at a time. */
  static final int RELAYS_MAX = 4;

  private final PeeringContext context;
  private final Budget handshakes =
      new Budget(new Rate(128, 16), new Rate(256, 32), new Rate(512, 64));
  private final Budget punches = new Budget(new Rate(8, 2), new Rate(32, 8), new Rate(64, 16));
  private final Budget proposals = new Budget(new Rate(8, 2), new Rate(32, 8), new Rate(64, 16));
  private final SourceRates meetings = new SourceRates(2, 1, Budget.SOURCES_MAX);
  private long handshakeCount;

  Admission(PeeringContext context) {
    this.context = context;
  }

  /** Returns whether a new handshake may begin now, and counts it. */
  boolean mayBegin(Origin origin, long nowNanos) {
    return handshakes.take(origin, nowNanos);
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

  /** Returns whether a handshake may have a punch now, counts it, and makes room for it. */
  boolean mayPunch(Origin origin, long nowNanos) {
    if (!punches.take(origin, nowNanos)) {
      return false;
    }
    List<ServerHandshake> punching =
        context.halfOpen().all().stream().filter(ServerHandshake::hasPunch).toList();
    if (punching.size() >= PUNCHES_MAX) {
      HalfOpen.victim(punching).end(nowNanos);
    }
    return true;
  }

  /** Returns whether we may propose a blind relay to a peer now, and counts it. */
  boolean mayPropose(Origin origin, long nowNanos) {
    return seekingRelays(false) < PROPOSALS_MAX && proposals.take(origin, nowNanos);
  }

  /** Returns whether we may meet a peer at a blind relay of its choice now, and counts it. */
  boolean mayMeet(Origin origin, long nowNanos) {
    return seekingRelays(true) < RELAYS_MAX
        && meetings.take(Integer.toUnsignedLong(origin.client().host()), nowNanos);
  }

  private long seekingRelays(boolean chosenByPeer) {
    return context.halfOpen().all().stream()
        .filter(handshake -> handshake.seeksRelay(chosenByPeer))
        .count();
  }

  /** Returns how many handshakes came too soon. */
  long refusedCount() {
    return handshakes.refusedCount();
  }
}
