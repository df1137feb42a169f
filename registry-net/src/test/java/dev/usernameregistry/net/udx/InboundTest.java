package dev.usernameregistry.net.udx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The receiving half alone: order, and how much it takes from a peer that keeps no rules. */
class InboundTest {
  private static final int BYTES_MAX = 64 << 10;

  private final Inbound inbound = new Inbound(-5, BYTES_MAX);

  private boolean accept(int type, int seq, byte[] payload) {
    ByteBuffer datagram = ByteBuffer.allocate(Packet.HEADER_BYTES + payload.length);
    Packet packet = new Packet(type, 0, 1, 0, seq, 0);
    packet.encode(datagram);
    datagram.put(payload).flip();
    return inbound.accept(packet, datagram, Packet.HEADER_BYTES);
  }

  private byte[] read() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (ByteBuffer bytes; (bytes = inbound.read()) != null; ) {
      byte[] part = new byte[bytes.remaining()];
      bytes.get(part);
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  @Test
  void packetsOfAnyOrderAreReadInOrderAcrossTheWrap() {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      order.add(i);
      order.add(i);
    }
    Collections.shuffle(order, new Random(3));
    for (int i : order) {
      int type = i == 39 ? Packet.DATA | Packet.END : Packet.DATA;
      assertThat(accept(type, i - 5, Pattern.bytes(i * 100L, 100, 0))).isTrue();
    }
    assertThat(read()).isEqualTo(Pattern.bytes(0, 4_000, 0));
    assertThat(inbound.isEnded()).isTrue();
    assertThat(inbound.next()).isEqualTo(35);
    assertThat(accept(Packet.DATA, 35, new byte[3])).isTrue();
    assertThat(inbound.next()).isEqualTo(35);
    assertThat(inbound.unreadBytes()).isZero();
  }

  @Test
  void windowIsWhatIsLeftAndDataIsRefusedAtTwiceTheLimit() {
    int seq = -5;
    while (accept(Packet.DATA, seq, new byte[1_000])) {
      seq++;
      assertThat(inbound.tellWindow()).isEqualTo(Math.max(0, BYTES_MAX - 1_000 * (seq + 5)));
    }
    assertThat(inbound.unreadBytes()).isBetween(2L * BYTES_MAX - 1_000, 2L * BYTES_MAX);
    assertThat(inbound.next()).isEqualTo(seq);
    assertThat(inbound.mustTellWindow()).isFalse();
    read();
    assertThat(inbound.mustTellWindow()).isTrue();
    assertThat(inbound.tellWindow()).isEqualTo(BYTES_MAX);
    assertThat(accept(Packet.DATA, seq, new byte[1_000])).isTrue();
  }

  @Test
  void earlyPacketsAreRefusedBeyondTheLimits() {
    assertThat(accept(Packet.DATA, -5 + Reassembly.AHEAD_MAX, new byte[1])).isFalse();
    assertThat(accept(Packet.DATA, -5 + Reassembly.AHEAD_MAX - 1, new byte[1])).isTrue();
    int accepted = 1;
    for (int i = 2; i < Reassembly.AHEAD_MAX - 2; i += 2) {
      accepted += accept(Packet.DATA, -5 + i, new byte[0]) ? 1 : 0;
    }
    assertThat(accepted).isEqualTo(Reassembly.RANGES_MAX);
    assertThat(inbound.beyondHole().count()).isEqualTo(Reassembly.RANGES_MAX);
  }

  @Test
  void earlyBytesAreRefusedBeyondTheWindow() {
    int seq = -4;
    while (accept(Packet.DATA, seq, new byte[1_000])) {
      seq++;
    }
    assertThat((seq + 4) * 1_000).isBetween(BYTES_MAX - 1_000, BYTES_MAX);
    assertThat(accept(Packet.DATA, -5, new byte[1_000])).isTrue();
    assertThat(inbound.next()).isEqualTo(seq);
  }

  @Test
  void messagesBeyondTheLimitAreDropped() {
    for (int i = 0; i < 2 * Inbound.MESSAGES_MAX; i++) {
      inbound.acceptMessage(ByteBuffer.allocate(30), 20);
    }
    int count = 0;
    while (inbound.nextMessage() != null) {
      count++;
    }
    assertThat(count).isEqualTo(Inbound.MESSAGES_MAX);
  }
}
