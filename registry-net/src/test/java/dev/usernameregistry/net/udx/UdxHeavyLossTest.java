package dev.usernameregistry.net.udx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What keeps streams going when so much is lost that ordinary means do not tell what. */
class UdxHeavyLossTest {
  private static final Ipv4Address PEER = Ipv4Address.of("10.0.0.2", 2000);
  private static final int HOLES = 170;

  @Test
  void whatArrivedBeyondManyHolesIsToldInSeveralPackets() {
    UdxStreams streams = new UdxStreams(UdxOptions.DEFAULT);
    streams.create(1, FirstPacket.REJECT).connect(0, 2, PEER, 0);
    for (int hole = 0; hole < HOLES; hole++) {
      receive(streams, 2 * hole + 1);
    }

    SeqRanges told = new SeqRanges();
    List<Integer> blocks = acknowledgements(streams, told);
    assertThat(blocks).containsExactly(50, 50, 50, 20);
    assertThat(told.count()).isEqualTo(HOLES);

    receive(streams, 2 * HOLES + 1);
    assertThat(acknowledgements(streams, told)).as("one for one").containsExactly(50);
    receive(streams, 2 * HOLES + 1);
    assertThat(acknowledgements(streams, told)).containsExactly(50);
    receive(streams, 0);
    receive(streams, 2);
    assertThat(acknowledgements(streams, told)).as("the others have their turn").hasSize(2);
    assertThat(told.end(told.count() - 1)).isEqualTo(2 * HOLES + 2);
  }

  private static void receive(UdxStreams streams, int seq) {
    ByteBuffer datagram = ByteBuffer.allocate(Packet.HEADER_BYTES + 1);
    new Packet(Packet.DATA, 0, 1, 1 << 20, seq, 0).encode(datagram);
    streams.receive(0, PEER, datagram.position(0), 0);
  }

  /** Returns how many blocks each acknowledgement has that leaves now. */
  private static List<Integer> acknowledgements(UdxStreams streams, SeqRanges told) {
    List<Integer> blocks = new ArrayList<>();
    ByteBuffer out = ByteBuffer.allocate(UdxStreams.DATAGRAM_BYTES_MAX);
    while (streams.nextDatagram(out.clear(), 0) != null) {
      out.flip();
      Packet packet = Packet.decode(out);
      int count = SackBlocks.count(packet, out);
      for (int i = 0; i < count; i++) {
        told.add(SackBlocks.start(out, i), SackBlocks.end(out, i));
      }
      blocks.add(count);
    }
    return blocks;
  }

  @Test
  void noSecondPassesWhenAllThatWasRepeatedLastIsLostAgain() {
    Pair pair = new Pair();
    byte[] bytes = Pattern.bytes(0, 140_000, 0);
    Map<Integer, Integer> seen = new HashMap<>();
    pair.drops =
        flying -> {
          Packet packet = Packet.decode(ByteBuffer.wrap(flying.bytes()));
          int times = packet.has(Packet.DATA) ? seen.merge(packet.seq(), 1, Integer::sum) : 0;
          return packet.seq() >= 85 && packet.seq() < 95 && times <= 2;
        };

    pair.alice.writes(bytes, true);
    pair.bob.writes(new byte[0], true);
    long took = pair.drive();

    assertThat(pair.bob.received()).isEqualTo(bytes);
    assertThat(seen.get(90)).isGreaterThan(2);
    assertThat(took).isLessThan(500 * Pair.MILLI);
  }
}
