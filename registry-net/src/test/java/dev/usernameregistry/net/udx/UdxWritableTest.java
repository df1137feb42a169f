package dev.usernameregistry.net.udx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** When a user who waits is told to go on. */
class UdxWritableTest {
  private static final Ipv4Address PEER = Ipv4Address.of("10.0.0.2", 2000);
  private static final int WINDOW = 4 << 20;
  private static final int WRITE_BYTES_MAX = 30_000;
  private static final int CHUNK = 10_000;

  private final UdxStreams streams =
      new UdxStreams(new UdxOptions(1 << 20, WRITE_BYTES_MAX, 1500, 0));
  private final UdxStream stream = streams.create(1, FirstPacket.REJECT);
  private long nowNanos;

  @Test
  void whoFindsTheStreamFullIsToldWhenItIsNot() {
    stream.connect(0, 2, PEER, nowNanos);
    stream.write(ByteBuffer.allocate(60_000), nowNanos);
    int sent = send();
    assertThat(stream.isWritable()).isFalse();
    assertThat(streams.nextChanged()).isNull();

    receive(sent, WINDOW);
    assertThat(streams.nextChanged()).isEqualTo(stream);
    receive(sent, 0); // before the user came to write
    assertThat(stream.isWritable()).isFalse();

    receive(sent, WINDOW);
    assertThat(streams.nextChanged()).isEqualTo(stream);
    assertThat(stream.isWritable()).isTrue();
  }

  @Test
  void peerThatTellsAnyWindowMakesUsKeepNoMoreThanTheUsualOne() {
    stream.connect(0, 2, PEER, nowNanos);
    int sent = 0;
    for (int round = 0; round < 400; round++) {
      fill();
      sent += send();
      nowNanos += 20_000_000;
      streams.onTimeout(nowNanos);
      receive(sent, -1);
    }
    fill();

    assertThat(stream.unacknowledgedBytes()).isLessThan(WINDOW + WRITE_BYTES_MAX + CHUNK);
  }

  private void fill() {
    while (stream.isWritable()) {
      stream.write(ByteBuffer.allocate(CHUNK), nowNanos);
    }
  }

  private int send() {
    ByteBuffer out = ByteBuffer.allocate(UdxStreams.DATAGRAM_BYTES_MAX);
    int count = 0;
    while (streams.nextDatagram(out.clear(), nowNanos) != null) {
      count++;
    }
    return count;
  }

  private void receive(int ack, int window) {
    nowNanos += 1_000_000;
    ByteBuffer datagram = ByteBuffer.allocate(Packet.HEADER_BYTES);
    new Packet(Packet.STATE, 0, 1, window, 0, ack).encode(datagram);
    streams.receive(0, PEER, datagram.flip(), nowNanos);
  }
}
