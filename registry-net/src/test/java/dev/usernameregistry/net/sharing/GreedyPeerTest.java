package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.mux.Channel;
import dev.usernameregistry.net.mux.Mux;
import dev.usernameregistry.net.mux.Pair;
import dev.usernameregistry.net.noise.SecretStream;
import dev.usernameregistry.net.noise.SecretStreamOptions;
import dev.usernameregistry.net.noise.StreamState;
import dev.usernameregistry.net.replication.Message;
import dev.usernameregistry.net.replication.PageBudget;
import dev.usernameregistry.net.replication.Replication;
import dev.usernameregistry.net.replication.ReplicationOptions;
import dev.usernameregistry.store.LogStore;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A peer that does in many logs at once what it may do in each of them. */
class GreedyPeerTest {
  private static final int LOGS = 40;
  private static final int REQUESTS = 4096; // of one log

  private final World world = new World(1);
  private final World.Inhabitant alice = world.start(new TestPeer(1));
  private final SecretStream stream =
      SecretStream.initiator(
          KeyPair.fromSeed(new byte[32]),
          new SecureRandom(),
          SecretStreamOptions.DEFAULT,
          world.nowNanos);
  private final Mux mux = new Mux(Map.of());
  private final List<Channel> channels = new ArrayList<>();
  private final Connection victim =
      Objects.requireNonNull(alice.sharing().accept("here:1", () -> {}, world.nowNanos));

  @Test
  void whoAsksMuchOfManyLogsIsReadNoFurtherUntilSomeIsAnswered() throws IOException {
    connect();
    int asked = 0;
    for (int id = 1; id <= REQUESTS && victim.wantsBytes(); id++) {
      for (Channel channel : channels) {
        channel.send(1, encoded(new Message.Request(request(id))));
        asked++;
      }
      send();
    }
    assertThat(asked).isBetween(1 << 17, (1 << 17) + LOGS);
    assertThat(victim.wantsBytes()).isFalse();

    for (int answers = 0; !victim.wantsBytes() && answers < asked; answers++) {
      world.settle();
      receive();
    }
    assertThat(victim.wantsBytes()).as("wants bytes when some answers have left").isTrue();
    assertThat(victim.ended()).isFalse();
  }

  private void connect() throws IOException {
    while (stream.state() != StreamState.OPEN) {
      deliver();
      receive();
    }
    LogStore store = LogStore.open(new MemoryStorage(), Key.of(new byte[32]));
    for (int number = 0; number < LOGS; number++) {
      Log log = store.open("log" + number);
      log.append(List.of(new byte[] {1}));
      alice.replicate(log);
      world.settle();
      byte[] handshake =
          new Replication(log, ReplicationOptions.DEFAULT)
              .join(true, stream.handshakeHash(), new PageBudget())
              .handshake();
      channels.add(mux.open(new Pair("hypercore/alpha", log.discoveryKey().bytes()), handshake));
      send();
      world.settle();
      receive();
    }
    assertThat(channels).allMatch(Channel::isOpen);
  }

  private static ProofRequest request(long id) {
    return new ProofRequest(id, 0, new ProofRequest.Block(0, 0), null, null, null, false, 0);
  }

  private static byte[] encoded(Message message) {
    WireWriter out = new WireWriter();
    message.encode(out);
    return out.toByteArray();
  }

  private void send() {
    for (byte[] frame; (frame = mux.nextFrame()) != null; ) {
      stream.send(ByteBuffer.wrap(frame), world.nowNanos);
    }
    deliver();
  }

  private void deliver() {
    for (ByteBuffer bytes; (bytes = stream.nextBytes()) != null; ) {
      victim.receive(bytes, world.nowNanos);
    }
  }

  private void receive() {
    for (ByteBuffer bytes; (bytes = victim.nextBytes(world.nowNanos)) != null; ) {
      stream.receive(bytes, world.nowNanos);
    }
    for (ByteBuffer message; (message = stream.nextMessage()) != null; ) {
      mux.receive(message);
      while (mux.nextEvent() != null) {}
    }
  }
}
