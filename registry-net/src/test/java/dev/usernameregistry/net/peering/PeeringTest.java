package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Peers that listen and dial in a simulated internet, every way that there is. */
class PeeringTest {
  @Test
  void peerThatAnybodyReachesIsConnectedThroughARelay() {
    SimulatedDht dht = new SimulatedDht(1);
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    SimulatedPeer client = dht.reachable("client", "7.0.0.2");
    server.listen();
    dht.runUntilListening(server);
    client.dial(server);
    dht.runUntilConnected(client, server);
  }
}
