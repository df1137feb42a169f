package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.mux.Channel;
import dev.usernameregistry.net.mux.Mux;
import dev.usernameregistry.net.mux.MuxEvent;
import dev.usernameregistry.net.mux.Pair;
import dev.usernameregistry.net.replication.PageBudget;
import dev.usernameregistry.net.replication.Replication;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that are slow, silent or too many. */
class TcpLimitsTest {
  private final TestPeer alice = new TestPeer(1);
  private final List<AutoCloseable> others = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable other : others) {
      other.close();
    }
    alice.close();
  }

  private void start(TcpNetwork.Builder options) {
    alice.start(options.listen("127.0.0.1", 0).build());
  }

  private Attacker attacker() {
    Attacker attacker = new Attacker(alice.port());
    others.add(attacker);
    return attacker;
  }

  private TestPeer bob() {
    TestPeer bob = new TestPeer(2);
    others.add(bob);
    return bob.start(alice.port());
  }

  @Test
  void halfAFrameAndThenSilenceIsHungUpOn() throws IOException {
    start(TcpNetwork.builder().handshakeTimeout(Duration.ofMillis(200)));
    Attacker attacker = attacker();
    attacker.raw(new byte[] {32, 0, 0, 1, 2, 3});
    attacker.awaitHangUp();
  }

  @Test
  void silenceAfterTheHandshakeIsHungUpOn() throws IOException {
    start(TcpNetwork.builder().idleTimeout(Duration.ofMillis(200)));
    attacker().handshake().awaitHangUp();
  }

  @Test
  void halfHandshakesKeepNobodyOutBecauseTheOldestIsHungUpOn() throws IOException {
    start(TcpNetwork.builder().pendingMax(2));
    Attacker first = attacker();
    Attacker second = attacker();
    first.raw(new byte[] {32});
    second.raw(new byte[] {32});
    bob().awaitPeers(1);
    first.awaitHangUp();
    assertThat(alice.awaitPeers(1)).hasSize(1);
  }

  @Test
  void tooManyConnectionsAreHungUpOn() throws IOException {
    start(TcpNetwork.builder().connectionsMax(1));
    bob().awaitPeers(1);
    attacker().awaitHangUp();
    assertThat(alice.awaitPeers(1)).hasSize(1);
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    TcpNetwork.Builder builder = TcpNetwork.builder();
    assertThatThrownBy(() -> builder.listen("127.0.0.1", 65536))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port 65536 is not between 0 and 65535");
    assertThatThrownBy(() -> builder.connect("127.0.0.1", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.connect(" ", 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.pendingMax(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.idleTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aNetworkThatWouldReachNobodyIsRefused() {
    assertThatThrownBy(() -> TcpNetwork.builder().build())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("name an address to listen at or to connect to");
    TcpNetwork.builder().listen("127.0.0.1", 0).build();
    TcpNetwork.builder().connect("127.0.0.1", 1).build();
  }

  @Test
  void peerThatAsksMuchAndReadsNothingHoldsUpNobodyAndGetsItAllInTheEnd() throws IOException {
    String large = "x".repeat(256 * 1024);
    alice.append(IntStream.range(0, 60).mapToObj(i -> large + i).toArray(String[]::new));
    start(TcpNetwork.builder());
    Attacker slow = attacker().handshake();
    Mux mux = new Mux(Map.of());
    askForAll(slow, mux, alice.ownLog());
    TestPeer bob = bob();
    bob.await(alice.key(), 60);
    assertThat(answersOf(slow, mux, 60)).isEqualTo(60);
  }

  private static void askForAll(Attacker slow, Mux mux, Log log) throws IOException {
    byte[] handshake =
        new Replication(log).join(true, slow.stream.handshakeHash(), new PageBudget()).handshake();
    Pair pair = new Pair("hypercore/alpha", log.discoveryKey().bytes());
    Channel channel = mux.open(pair, handshake);
    channel.send(0, new WireWriter().uint(4).uint(0).uint(log.length()).uint(0).toByteArray());
    for (long block = 0; block < log.length(); block++) {
      WireWriter request = new WireWriter().uint(1).uint(1 + block).uint(0).uint(block).uint(0);
      channel.send(1, request.toByteArray());
    }
    for (byte[] frame; (frame = mux.nextFrame()) != null; ) {
      slow.send(frame);
    }
  }

  private static int answersOf(Attacker slow, Mux mux, int want) throws IOException {
    int answers = 0;
    while (answers < want) {
      ByteBuffer message = slow.next();
      if (message.remaining() != 32) {
        mux.receive(message);
      }
      for (MuxEvent event; (event = mux.nextEvent()) != null; ) {
        if (event instanceof MuxEvent.Received received && received.type() == 3) {
          answers++;
        }
      }
    }
    return answers;
  }
}
