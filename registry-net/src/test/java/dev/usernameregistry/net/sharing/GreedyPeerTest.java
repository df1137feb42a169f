package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.mux.Channel;
import dev.usernameregistry.net.mux.Pair;
import dev.usernameregistry.net.replication.Message;
import dev.usernameregistry.net.replication.PageBudget;
import dev.usernameregistry.net.replication.Replication;
import dev.usernameregistry.store.LogStore;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer that does in many logs at once what it may do in each of them. */
class GreedyPeerTest {
  private static final int LOGS = 40;
  private static final int REQUESTS = 4096; // of one log

  private final World world = new World(1);
  private final World.Inhabitant alice = world.start(new TestPeer(1));
  private final BarePeer greedy = new BarePeer(world, alice);
  private final List<Channel> channels = new ArrayList<>();

  @Test
  void whoAsksMuchOfManyLogsIsReadNoFurtherUntilSomeIsAnswered() throws IOException {
    connect();
    int asked = 0;
    for (int id = 1; id <= REQUESTS && greedy.victim.wantsBytes(); id++) {
      for (Channel channel : channels) {
        channel.send(1, encoded(new Message.Request(request(id))));
        asked++;
      }
      greedy.send();
    }
    assertThat(asked).isBetween(1 << 17, (1 << 17) + LOGS);
    assertThat(greedy.victim.wantsBytes()).isFalse();

    for (int answers = 0; !greedy.victim.wantsBytes() && answers < asked; answers++) {
      world.settle();
      greedy.receive();
    }
    assertThat(greedy.victim.wantsBytes()).as("wants bytes when some answers have left").isTrue();
    assertThat(greedy.victim.ended()).isFalse();
  }

  private void connect() throws IOException {
    LogStore store = LogStore.open(new MemoryStorage(), Key.of(new byte[32]));
    for (int number = 0; number < LOGS; number++) {
      Log log = store.open("log" + number);
      log.append(List.of(new byte[] {1}));
      alice.replicate(log);
      world.settle();
      byte[] handshake =
          new Replication(log).join(true, greedy.handshakeHash(), new PageBudget()).handshake();
      channels.add(
          greedy.mux.open(new Pair("hypercore/alpha", log.discoveryKey().bytes()), handshake));
      greedy.send();
      world.settle();
      greedy.receive();
    }
    assertThat(channels).allMatch(Channel::isOpen);
  }

  private static ProofRequest request(long id) {
    return ProofRequest.of(id, 0, new ProofRequest.Block(0, 0));
  }

  private static byte[] encoded(Message message) {
    WireWriter out = new WireWriter();
    message.encode(out);
    return out.toByteArray();
  }
}
