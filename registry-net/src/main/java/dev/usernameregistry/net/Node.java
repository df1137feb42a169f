package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.Records;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.dht.Outgoing;
import dev.usernameregistry.net.netty.DatagramMachine;
import dev.usernameregistry.net.netty.DatagramRoute;
import dev.usernameregistry.net.netty.SocketChange;
import dev.usernameregistry.net.peering.Peering;
import dev.usernameregistry.net.peering.PeeringOptions;
import dev.usernameregistry.net.time.Times;
import dev.usernameregistry.net.udx.Route;
import dev.usernameregistry.net.udx.UdxStreams;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * One node of the DHT with everything that lives on its sockets: the RPC node, what it keeps for
 * others, handshakes, and streams. Joins these rooms and decides nothing of its own. Loop only.
 *
 * <pre>
 * datagram  -> a live stream's packet     net.udx       -> {@link Carriers}
 *           -> one byte                   net.punch, by way of net.peering
 *           -> anything else              net.dht       -> net.announce, net.peering
 * </pre>
 */
final class Node implements DatagramMachine {
  private static final Ipv4Address NOWHERE = new Ipv4Address(0, 0);

  private final DhtNode dht;
  private final Records records;
  private final Announcements announcements;
  private final Peering peering;
  private final Carriers carriers;

  /** What the DHT wants sent next; socket changes before it have been carried out. */
  private Outgoing.@Nullable Packet packet;

  private long sentCount;
  private long receivedCount;

  /** The way of the last packet of a stream, so that most packets cost no object. */
  private DatagramRoute streamRoute = new DatagramRoute(DhtNode.SERVER_SOCKET, NOWHERE);

  /**
   * Makes a node that does nothing before {@link DhtNode#start}.
   *
   * @param identity with whose name relays are dialled
   */
  Node(
      DhtOptions options,
      PeeringOptions peeringOptions,
      KeyPair identity,
      SecureRandom random,
      InstantSource clock,
      long nowNanos) {
    records = new Records(random, clock.millis(), nowNanos);
    dht =
        new DhtNode(
            options,
            (request, now) -> records.serve(request, now) || peering().serve(request, now),
            random,
            clock::millis,
            nowNanos);
    announcements = new Announcements(dht, records);
    carriers = new Carriers(random);
    RelayChannels relays = new RelayChannels(this, identity, random);
    peering =
        new Peering(
            new Peering.Parts(dht, records, announcements, carriers, UdxStreams::knock, relays),
            peeringOptions,
            random);
  }

  DhtNode dht() {
    return dht;
  }

  Announcements announcements() {
    return announcements;
  }

  Peering peering() {
    return peering;
  }

  Carriers carriers() {
    return carriers;
  }

  long sentCount() {
    return sentCount;
  }

  long receivedCount() {
    return receivedCount;
  }

  @Override
  public void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    receivedCount++;
    if (carriers.receive(socket, from, datagram, nowNanos)) {
      return;
    }
    if (datagram.remaining() == 1) {
      peering.probe(socket, from, nowNanos);
    } else {
      dht.receive(socket, from, datagram, nowNanos);
    }
    carriers.settle(nowNanos);
  }

  @Override
  public @Nullable SocketChange nextSocketChange(long nowNanos) {
    while (packet == null) {
      Outgoing next = dht.nextOutgoing(nowNanos);
      if (next instanceof Outgoing.Open open) {
        return SocketChange.open(open.socket());
      } else if (next instanceof Outgoing.Close close) {
        return SocketChange.close(close.socket());
      } else if (next instanceof Outgoing.Packet found) {
        packet = found;
      } else {
        return null;
      }
    }
    return null;
  }

  @Override
  public @Nullable DatagramRoute next(ByteBuffer out, long nowNanos) {
    Outgoing.Packet ready = packet;
    if (ready != null) {
      packet = null;
      sentCount++;
      out.put(ready.bytes());
      return new DatagramRoute(ready.socket(), ready.to(), ready.ttl());
    }
    Route route = carriers.nextDatagram(out, nowNanos);
    if (route == null) {
      return null;
    }
    sentCount++;
    if (streamRoute.socket() != route.socket() || !streamRoute.to().equals(route.to())) {
      streamRoute = new DatagramRoute(route.socket(), route.to());
    }
    return streamRoute;
  }

  @Override
  public void onTimeout(long nowNanos) {
    dht.onTimeout(nowNanos);
    peering.onTimeout(nowNanos);
    carriers.onTimeout(nowNanos);
  }

  @Override
  public long nextTimeoutNanos() {
    return Times.earlier(
        Times.earlier(dht.nextTimeoutNanos(), peering.nextTimeoutNanos()),
        carriers.nextTimeoutNanos());
  }
}
