package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.announce.Announcements;
import dev.usernameregistry.net.announce.Records;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.dht.Outgoing;
import dev.usernameregistry.net.punch.PunchBudget;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node with its peering and streams, plugged into a {@link SimulatedInternet}. */
final class SimulatedMachine implements SimulatedInternet.Receiver {
  final Ipv4Address address;
  final @Nullable SimulatedLan lan;
  final DhtNode node;
  final Records records;
  final Peering peering;
  final FakeStreams streams;
  final FakeRelays relays = new FakeRelays();

  /** Local ports of the open sockets. */
  final Map<Integer, Integer> ports = new HashMap<>();

  private final SimulatedInternet internet;

  SimulatedMachine(
      SimulatedInternet internet,
      Ipv4Address address,
      @Nullable SimulatedLan lan,
      DhtOptions options,
      long seed) {
    this.internet = internet;
    this.address = address;
    this.lan = lan;
    this.streams = new FakeStreams(seed);
    SeededRandom random = new SeededRandom(seed);
    this.records = new Records(random, 1_700_000_000_000L, internet.nowNanos);
    this.node = new DhtNode(options, this::serve, random, internet.nowNanos);
    Announcements announcements = new Announcements(node, records);
    this.peering =
        new Peering(
            new Peering.Parts(node, records, announcements, streams, FakeStreams::knock, relays),
            PeeringOptions.of(List.of(address.host())),
            random);
    ports.put(DhtNode.SERVER_SOCKET, address.port());
    ports.put(DhtNode.CLIENT_SOCKET, internet.freePort(address.host(), lan));
  }

  /** Returns what a part of a peering works with whose alarms and punches the test itself runs. */
  PeeringContext context(Alarms alarms, Punches punches) {
    return new PeeringContext(
        node,
        streams,
        FakeStreams::knock,
        relays,
        PeeringOptions.of(List.of(address.host())),
        new SeededRandom(9),
        alarms,
        punches,
        new PunchBudget(),
        new HeldStreams(node, alarms),
        new HalfOpen());
  }

  private boolean serve(dev.usernameregistry.net.dht.IncomingRequest request, long nowNanos) {
    return peering.serve(request, nowNanos) || records.serve(request, nowNanos);
  }

  void start() {
    node.start(port(DhtNode.SERVER_SOCKET), port(DhtNode.CLIENT_SOCKET), internet.nowNanos);
  }

  int port(int socket) {
    Integer port = ports.get(socket);
    if (port == null) {
      throw new AssertionError("socket " + socket + " is not open");
    }
    return port;
  }

  @Override
  public void receive(int socket, Ipv4Address from, byte[] bytes) {
    long now = internet.nowNanos;
    if (bytes.length == 1) {
      peering.probe(socket, from, now);
    } else if (bytes[0] == (byte) 0xff) {
      streams.receive(socket, from, ByteBuffer.wrap(bytes), now);
    } else {
      node.receive(socket, from, ByteBuffer.wrap(bytes), now);
    }
  }

  /** Runs what is due and hands over what is to be sent. */
  void pump() {
    long now = internet.nowNanos;
    if (node.nextTimeoutNanos() <= now) {
      node.onTimeout(now);
    }
    if (peering.nextTimeoutNanos() <= now) {
      peering.onTimeout(now);
    }
    streams.onTimeout(now);
    for (Outgoing next; (next = node.nextOutgoing(now)) != null; ) {
      carryOut(next);
    }
    for (FakeStreams.Datagram next; (next = streams.outgoing.poll()) != null; ) {
      if (ports.containsKey(next.socket())) {
        internet.send(this, next.socket(), next.to(), next.bytes(), Outgoing.TTL);
      }
    }
  }

  private void carryOut(Outgoing next) {
    if (next instanceof Outgoing.Packet packet) {
      if (ports.containsKey(packet.socket())) {
        internet.send(this, packet.socket(), packet.to(), packet.bytes(), packet.ttl());
      }
    } else if (next instanceof Outgoing.Open open) {
      ports.put(open.socket(), internet.freePort(address.host(), lan));
      internet.plug(this, open.socket());
    } else if (next instanceof Outgoing.Close close) {
      internet.unplug(this, close.socket());
      ports.remove(close.socket());
    }
  }

  long nextTimeoutNanos() {
    return Math.min(
        streams.nextTimeoutNanos(), Math.min(node.nextTimeoutNanos(), peering.nextTimeoutNanos()));
  }
}
