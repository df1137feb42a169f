package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.peering.message.RelayThrough;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchBudget;
import dev.usernameregistry.net.punch.PunchContext;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What all handshakes and dials of one node share. */
record PeeringContext(
    DhtNode node,
    Streams streams,
    IntFunction<byte[]> knock,
    BlindRelays relays,
    PeeringOptions options,
    SecureRandom random,
    Alarms alarms,
    Punches punches,
    PunchBudget budget,
    HeldStreams held,
    HalfOpen halfOpen) {
  /** Returns the addresses of our server socket inside our own networks. */
  List<Ipv4Address> localAddresses() {
    int port = node.serverPort();
    return options.localHosts().get().stream().map(host -> new Ipv4Address(host, port)).toList();
  }

  /** Returns the addresses that a peer is told. */
  List<Ipv4Address> addresses(boolean withLocal) {
    List<Ipv4Address> addresses = new ArrayList<>();
    node.remoteAddress().ifPresent(addresses::add);
    if (withLocal) {
      addresses.addAll(localAddresses());
    }
    return addresses;
  }

  /** Returns what a peer is told of our NAT. */
  NatKind firewall() {
    return node.remoteAddress().isPresent() ? NatKind.OPEN : NatKind.UNKNOWN;
  }

  /** Returns the blind relay to meet at: the server's, else the client's, or null for none. */
  @Nullable RelayThrough relay(@Nullable RelayThrough ofServer, @Nullable RelayThrough ofClient) {
    if (relays == BlindRelays.NONE) {
      return null;
    }
    return ofServer != null ? ofServer : ofClient;
  }

  /** Returns what the punch of one handshake works with; parameters as of {@link PunchPort}. */
  PunchContext punchContext(Key target, long handshakeId) {
    return new PunchContext(new PunchPort(node, target, handshakeId), budget, random);
  }

  /** Returns 32 random bytes. */
  Key newToken() {
    byte[] token = new byte[Key.BYTES];
    random.nextBytes(token);
    return Key.of(token);
  }
}
