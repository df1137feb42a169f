package dev.usernameregistry.net.udx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Datagrams of strangers: nothing is thrown, and what is kept of them is bounded. */
class UdxFuzzTest {
  private static final int INPUTS = 300_000;
  private static final int RECEIVE_BYTES_MAX = 32 << 10;
  private static final Ipv4Address STRANGER = Ipv4Address.of("10.0.0.66", 6_666);
  private static final int[] EDGES = {
    0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 16_383, 16_384
  };

  private final Random random = new Random(11);
  private final UdxStreams streams =
      new UdxStreams(new UdxOptions(RECEIVE_BYTES_MAX, 16 << 10, 1_500, Pair.SECOND));
  private final ByteBuffer out = ByteBuffer.allocate(UdxStreams.DATAGRAM_BYTES_MAX);
  private long nowNanos;

  @Test
  void arbitraryDatagramsNeverThrowAndNeverFillMemory() {
    int forStreams = 0;
    long answers = 0;
    for (int i = 0; i < INPUTS; i++) {
      renewStreams();
      ByteBuffer datagram = datagram();
      int limit = datagram.limit();
      forStreams += streams.receive(random.nextInt(3), STRANGER, datagram, nowNanos) ? 1 : 0;
      assertThat(datagram.position()).isZero();
      assertThat(datagram.limit()).isEqualTo(limit);
      if (random.nextInt(3) > 0) {
        answers += pump();
      }
      if (random.nextInt(4) == 0) {
        nowNanos += random.nextInt(50) * Pair.MILLI;
        streams.onTimeout(nowNanos);
      }
    }
    assertThat(forStreams).isGreaterThan(INPUTS / 2);
    assertThat(answers).isPositive();
  }

  /** Sees to it that there are streams 1 to 6 of all kinds; what one had kept is bounded. */
  private void renewStreams() {
    for (UdxStream stream; (stream = streams.nextChanged()) != null; ) {
      if (stream.closeReason() != null) {
        assertThat(Driven.readAll(stream)).hasSizeLessThanOrEqualTo(2 * RECEIVE_BYTES_MAX);
        int messages = 0;
        while (stream.nextMessage() != null) {
          messages++;
        }
        assertThat(messages).isLessThanOrEqualTo(Inbound.MESSAGES_MAX);
      }
    }
    for (int id = 1; id <= 6; id++) {
      if (streams.isFree(id)) {
        create(id);
      }
    }
  }

  private void create(int id) {
    UdxStream stream = streams.create(id, (socket, from, now) -> random.nextBoolean());
    if (id == 6) {
      return;
    }
    stream.connect(0, 100 + id, STRANGER, nowNanos);
    switch (id) {
      case 1 -> stream.write(ByteBuffer.allocate(random.nextInt(60_000)), nowNanos);
      case 2 -> stream.end(nowNanos);
      case 3 -> stream.setKeepAlive(Pair.SECOND, nowNanos);
      case 4 -> {
        UdxStream other = streams.create(200_000 + random.nextInt(1 << 30), FirstPacket.REJECT);
        other.connect(1, 104, STRANGER, nowNanos);
        stream.relayTo(other);
        other.relayTo(stream);
      }
      default -> stream.write(ByteBuffer.allocate(100), nowNanos);
    }
  }

  private long pump() {
    long count = 0;
    while (streams.nextDatagram(out, nowNanos) != null) {
      count++;
      out.clear();
    }
    return count;
  }

  private ByteBuffer datagram() {
    byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(2_200) : random.nextInt(120)];
    random.nextBytes(bytes);
    if (bytes.length >= Packet.HEADER_BYTES && random.nextInt(20) > 0) {
      int type = random.nextInt(40) == 0 ? random.nextInt(256) : 1 << random.nextInt(4);
      int offset = random.nextInt(3) == 0 ? random.nextInt(256) : 0;
      new Packet(type, offset, 1 + random.nextInt(7), number(), number(), number())
          .encode(ByteBuffer.wrap(bytes));
      for (int at = Packet.HEADER_BYTES; at + 4 <= bytes.length; at += 4) {
        Packet.putIntAt(ByteBuffer.wrap(bytes), at, number());
      }
    }
    return ByteBuffer.wrap(bytes);
  }

  /** Returns numbers that are mostly small, so that many make sense. */
  private int number() {
    return switch (random.nextInt(12)) {
      case 0 -> random.nextInt();
      case 1 -> EDGES[random.nextInt(EDGES.length)];
      case 2, 3 -> random.nextInt(3_000);
      default -> random.nextInt(40);
    };
  }
}
