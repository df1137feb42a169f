package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.noise.SecretStream;
import dev.usernameregistry.net.noise.SecretStreamOptions;
import dev.usernameregistry.net.noise.SessionKeys;
import dev.usernameregistry.net.peering.BlindRelays;
import dev.usernameregistry.net.peering.Peered;
import dev.usernameregistry.net.peering.PeeringOptions;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A connection to a relay that the test plays, which is hostile. */
class RelayChannelsTest {
  private static final Ipv4Address RELAY = Ipv4Address.of("10.0.0.2", 2000);
  private static final KeyPair US = KeyPair.fromSeed(new byte[32]);
  private static final long NOW = 5;
  private static final int OPENS = 600;
  private static final int MESSAGES = 100;

  private final SeededRandom random = new SeededRandom(1);
  private final Node node =
      new Node(
          DhtOptions.joining(List.of()),
          PeeringOptions.of(List.of()),
          US,
          random,
          Clock.systemUTC(),
          NOW);
  private final SecretStream relay =
      SecretStream.established(keys(false), random, SecretStreamOptions.DEFAULT, NOW);
  private boolean closed;

  private final BlindRelays.Listener listener =
      new BlindRelays.Listener() {
        @Override
        public void opened(int socket, Ipv4Address remote, long nowNanos) {}

        @Override
        public void received(int type, byte[] message, long nowNanos) {}

        @Override
        public void closed(long nowNanos) {
          closed = true;
        }
      };

  @Test
  void relayThatOpensChannelsAndReadsSlowlyIsGivenUp() {
    RelayChannels.RelayConnection connection =
        new RelayChannels(node, US, random).new RelayConnection(listener);
    int streamId = node.carriers().create((socket, from, nowNanos) -> false);
    node.carriers().connect(streamId, 0, 7, RELAY, NOW);
    connection.connected(new Peered(streamId, keys(true), RELAY, false), NOW);

    for (int round = 0; round < 20 && !closed; round++) {
      for (int i = 0; i < MESSAGES; i++) {
        relay.send(ByteBuffer.wrap(opens()), NOW);
      }
      for (ByteBuffer bytes; (bytes = relay.nextBytes()) != null; ) {
        connection.receive(bytes, NOW);
      }
      boolean sends = connection.nextBytes(NOW) != null;
      assertThat(sends || closed).isTrue();
    }

    assertThat(closed).isTrue();
  }

  /** Opens a channel that is rejected, again and again. */
  private static byte[] opens() {
    WireWriter out = new WireWriter().uint(0).uint(0).uint(0);
    for (int i = 0; i < OPENS; i++) {
      out.uint(5).uint(1).uint(1).string("x").uint(0);
    }
    return out.toByteArray();
  }

  private static SessionKeys keys(boolean initiator) {
    byte[] one = {1};
    byte[] other = {2};
    byte[] tx = Arrays.copyOf(initiator ? one : other, 32);
    byte[] rx = Arrays.copyOf(initiator ? other : one, 32);
    return new SessionKeys(initiator, tx, rx, new byte[64], US.publicKey());
  }
}
