package dev.usernameregistry.net.peering;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.peering.SimulatedLan.Mapping;
import java.util.Optional;

/** Peers behind gateways, and a blind relay that they may meet at. */
abstract class BlindRelayScene {
  static final Key RELAY_KEY = KeyPair.fromSeed(new byte[32]).publicKey();
  static final DialOptions THROUGH_RELAY = DialOptions.DEFAULT.relayThrough(RELAY_KEY);
  static final ListenOptions PROPOSING =
      ListenOptions.DEFAULT.relayThrough(() -> Optional.of(RELAY_KEY));

  final SimulatedDht dht = new SimulatedDht(4);
  final SimulatedInternet internet = dht.internet;
  final SimulatedBlindRelay relay = new SimulatedBlindRelay(internet);

  /** Returns a peer behind a gateway of its own. */
  final SimulatedPeer behindNat(String name, String publicHost, Mapping mapping) {
    return dht.behind(new SimulatedLan(publicHost, mapping, 8), name, "192.168.1.2");
  }

  final void listen(SimulatedPeer server, ListenOptions options) {
    server.listen(options);
    dht.runUntilListening(server);
  }

  /** Returns a server behind a gateway of its own, which others find. */
  final SimulatedPeer listening(Mapping mapping, ListenOptions options) {
    SimulatedPeer server = behindNat("server", "9.0.0.1", mapping);
    listen(server, options);
    return server;
  }

  /** Returns a client behind a gateway of its own, which has begun to dial {@code server}. */
  final SimulatedPeer dialling(SimulatedPeer server, Mapping mapping) {
    SimulatedPeer client = behindNat("client", "9.0.0.2", mapping);
    client.dial(server);
    return client;
  }

  /** Has both ask for the relay, and joins them there. */
  final void meet(SimulatedPeer client, SimulatedPeer server) {
    awaitBothAtTheRelay(client, server);
    relay.accept(server.machine, connection(server));
    relay.accept(client.machine, connection(client));
  }

  final void awaitBothAtTheRelay(SimulatedPeer client, SimulatedPeer server) {
    internet.runUntil(
        () ->
            !client.machine.relays.connections.isEmpty()
                && !server.machine.relays.connections.isEmpty(),
        20,
        "both ask for the relay");
  }

  final void awaitAtTheRelay(SimulatedPeer peer) {
    internet.runUntil(
        () -> !peer.machine.relays.connections.isEmpty(), 20, "the relay is asked for");
  }

  /** Returns the first connection with a relay that a peer asked for. */
  static FakeRelays.Open connection(SimulatedPeer peer) {
    return peer.machine.relays.connections.get(0);
  }
}
