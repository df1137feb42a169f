package dev.usernameregistry.net.udx;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Many streams on one node, first packets, and what callers may not do. */
class UdxStreamsTest {
  private final UdxStreams streams = new UdxStreams(UdxOptions.DEFAULT);
  private final ByteBuffer out = ByteBuffer.allocate(UdxStreams.DATAGRAM_BYTES_MAX);

  private static ByteBuffer data(int id, int seq, String text) {
    ByteBuffer datagram = ByteBuffer.allocate(100);
    new Packet(Packet.DATA, 0, id, 1 << 20, seq, 0).encode(datagram);
    return datagram.put(text.getBytes(US_ASCII)).flip();
  }

  private Packet sent() {
    out.clear();
    assertThat(streams.nextDatagram(out, 0)).isNotNull();
    return Packet.decode(out.flip());
  }

  private void assertNothingToSend() {
    assertThat(streams.nextDatagram(out, 0)).isNull();
  }

  /** "Data before connect: it is delivered, and the ACK is owed". */
  @Test
  void acknowledgementOfEarlyDataLeavesAtConnect() {
    UdxStream stream = streams.create(5, (socket, from, now) -> true);
    assertThat(streams.receive(0, Driven.PEER, data(5, 0, "early"), 0)).isTrue();
    assertNothingToSend();
    assertThat(Driven.readAll(stream)).asString().isEqualTo("early");
    stream.connect(0, 9, Driven.PEER, 0);
    assertThat(sent()).isEqualTo(new Packet(Packet.STATE, 0, 9, 4 << 20, 0, 1));
    assertNothingToSend();
  }

  @Test
  void knockIsAsSilentAsItIsShort() {
    List<Integer> asked = new ArrayList<>();
    UdxStream stream = streams.create(5, (socket, from, now) -> asked.add(socket));
    ByteBuffer knock = ByteBuffer.wrap(UdxStreams.knock(5));
    assertThat(knock.remaining()).isEqualTo(20);
    assertThat(streams.receive(2, Driven.PEER, knock, 0)).isTrue();
    assertThat(asked).containsExactly(2);
    stream.connect(2, 9, Driven.PEER, 0);
    assertThat(streams.receive(2, Driven.PEER, knock, 0)).isTrue();
    assertNothingToSend();
    assertThat(stream.state()).isEqualTo(StreamState.CONNECTED);
    assertThat(streams.receive(2, Driven.PEER, ByteBuffer.wrap(UdxStreams.knock(6)), 0)).isFalse();
    assertNothingToSend();
  }

  @Test
  void hookMayConnectAndIsAskedForOtherSocketsOnly() {
    List<Integer> asked = new ArrayList<>();
    UdxStream[] created = new UdxStream[1];
    UdxStream stream =
        streams.create(
            5,
            (socket, from, now) -> {
              asked.add(socket);
              if (created[0].state() == StreamState.UNCONNECTED) {
                created[0].connect(socket, 9, from, now);
                return true;
              }
              return false;
            });
    created[0] = stream;
    streams.receive(2, Driven.PEER, data(5, 0, "a"), 0);
    streams.receive(2, Driven.PEER.withPort(1), data(5, 1, "b"), 0);
    streams.receive(3, Driven.PEER, data(5, 2, "c"), 0);
    assertThat(asked).containsExactly(2, 3);
    assertThat(Driven.readAll(stream)).asString().isEqualTo("ab");
    out.clear();
    assertThat(streams.nextDatagram(out, 0)).isEqualTo(new Route(2, Driven.PEER));
  }

  @Test
  void hookMayDestroyTheStream() {
    UdxStream[] created = new UdxStream[1];
    created[0] =
        streams.create(
            5,
            (socket, from, now) -> {
              created[0].destroy(now);
              return true;
            });
    assertThat(streams.receive(0, Driven.PEER, data(5, 0, "x"), 0)).isTrue();
    assertThat(streams.nextChanged()).isSameAs(created[0]);
    assertThat(Driven.readAll(created[0])).isEmpty();
    assertNothingToSend();
    assertThat(streams.receive(0, Driven.PEER, data(5, 0, "x"), 0)).isFalse();
  }

  @Test
  void rejectedPacketsAreDroppedButNotPlain() {
    UdxStream stream = streams.create(5, FirstPacket.REJECT);
    assertThat(streams.receive(0, Driven.PEER, data(5, 0, "x"), 0)).isTrue();
    assertThat(streams.nextChanged()).isNull();
    assertThat(stream.read()).isNull();
  }

  /** "HEARTBEAT bit -> send STATE/SACK now, stop (nothing else in it is looked at)". */
  @Test
  void heartbeatIsAnsweredAndNothingElseInItCounts() {
    UdxStream stream = streams.create(5, FirstPacket.REJECT);
    stream.connect(0, 9, Driven.PEER, 0);
    stream.write(ByteBuffer.allocate(10), 0);
    assertThat(sent().has(Packet.DATA)).isTrue();
    int all = Packet.HEARTBEAT | Packet.DATA | Packet.END | Packet.MESSAGE | Packet.DESTROY;
    ByteBuffer datagram = ByteBuffer.allocate(30);
    new Packet(all, 0, 5, 0, 0, 1).encode(datagram);
    streams.receive(0, Driven.PEER, datagram.rewind(), 0);
    assertThat(sent()).isEqualTo(new Packet(Packet.STATE, 0, 9, 4 << 20, 1, 0));
    assertNothingToSend();
    assertThat(stream.unacknowledgedBytes()).isEqualTo(10);
    assertThat(stream.state()).isEqualTo(StreamState.CONNECTED);
    assertThat(stream.read()).isNull();
    assertThat(stream.nextMessage()).isNull();
  }

  /** "If ack >= una and (wl1 < seq or (wl1 == seq and wl2 <= ack)): peerWindow = rwnd". */
  @Test
  void windowOfAPacketThatWasOvertakenDoesNotCount() {
    UdxStream stream = streams.create(5, FirstPacket.REJECT);
    stream.connect(0, 9, Driven.PEER, 0);
    stream.write(ByteBuffer.allocate(1_000), 0);
    assertThat(sent().has(Packet.DATA)).isTrue();
    state(stream, 0, 5, 1);
    stream.write(ByteBuffer.allocate(1_000), 0);
    assertThat(sent().type()).as("asks whether there is room").isEqualTo(Packet.HEARTBEAT);
    state(stream, 4 << 20, 4, 1);
    assertNothingToSend();
    state(stream, 4 << 20, 5, 1);
    assertThat(sent().has(Packet.DATA)).isTrue();
  }

  private void state(UdxStream stream, int window, int seq, int ack) {
    ByteBuffer datagram = ByteBuffer.allocate(Packet.HEADER_BYTES);
    new Packet(Packet.STATE, 0, stream.localId(), window, seq, ack).encode(datagram);
    streams.receive(0, Driven.PEER, datagram.flip(), 0);
  }

  /** "Invalid blocks are skipped one by one, the rest of the packet still counts". */
  @Test
  void blocksThatCannotBeAreSkippedAndTheOthersCount() {
    UdxStream stream = streams.create(5, FirstPacket.REJECT);
    stream.connect(0, 9, Driven.PEER, 0);
    stream.write(ByteBuffer.allocate(3_000), 0);
    List<Integer> seqs = List.of(sent().seq(), sent().seq(), sent().seq());
    assertThat(seqs).containsExactly(0, 1, 2);
    ByteBuffer datagram = ByteBuffer.allocate(100);
    new Packet(Packet.SACK, 0, 5, 4 << 20, 0, 1).encode(datagram);
    for (int number : new int[] {0, 3, 1, 4, 3, 3, 2, 1, 1, Integer.MAX_VALUE, 2, 3}) {
      Packet.putIntAt(datagram, datagram.position(), number);
      datagram.position(datagram.position() + 4);
    }
    streams.receive(0, Driven.PEER, datagram.flip(), Pair.MILLI);
    streams.onTimeout(2 * Pair.MILLI);
    out.clear();
    assertThat(streams.nextDatagram(out, 2 * Pair.MILLI)).isNotNull();
    assertThat(Packet.decode(out.flip()).seq()).as("the only one missing").isEqualTo(1);
    out.clear();
    assertThat(streams.nextDatagram(out, 2 * Pair.MILLI)).isNull();
  }

  @Test
  void nothingIsSentByConnectEvenIfHeartbeatsWereAskedForBefore() {
    UdxStream stream = streams.create(5, FirstPacket.REJECT);
    stream.setKeepAlive(Pair.SECOND, 0);
    streams.onTimeout(2 * Pair.SECOND);
    stream.connect(0, 9, Driven.PEER, 2 * Pair.SECOND);
    assertNothingToSend();
    assertThat(streams.nextTimeoutNanos()).isEqualTo(3 * Pair.SECOND);
  }

  @Test
  void callersMistakesAreTold() {
    UdxStream stream = streams.create(5, FirstPacket.REJECT);
    ByteBuffer bytes = ByteBuffer.allocate(10);
    assertThatThrownBy(() -> streams.create(5, FirstPacket.REJECT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> stream.write(bytes, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> stream.sendMessage(bytes)).isInstanceOf(IllegalStateException.class);
    stream.connect(0, 9, Driven.PEER, 0);
    assertThatThrownBy(() -> stream.connect(0, 9, Driven.PEER, 0))
        .isInstanceOf(IllegalStateException.class);
    stream.end(0);
    assertThatThrownBy(() -> stream.write(bytes, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> stream.end(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> stream.sendMessage(ByteBuffer.allocate(1_453)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void streamsTakeTurns() {
    for (int id = 1; id <= 3; id++) {
      UdxStream stream = streams.create(id, FirstPacket.REJECT);
      stream.connect(0, 100 + id, Driven.PEER, 0);
      stream.write(ByteBuffer.allocate(3_000), 0);
    }
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      ids.add(sent().id());
    }
    assertThat(ids).containsExactly(101, 102, 103, 101, 102, 103, 101, 102, 103);
  }

  @Test
  void manyStreamsAreFoundAndWokenInOrder() {
    Random random = new Random(4);
    Set<Integer> ids = new HashSet<>();
    while (ids.size() < 3_000) {
      ids.add(random.nextInt());
    }
    List<UdxStream> all = new ArrayList<>();
    for (int id : ids) {
      UdxStream stream = streams.create(id, FirstPacket.REJECT);
      stream.connect(0, id, Driven.PEER, 0);
      stream.setKeepAlive(1 + random.nextInt(1_000_000), 0);
      all.add(stream);
    }
    for (UdxStream stream : all.subList(0, 1_000)) {
      stream.destroy(0);
    }
    while (streams.nextDatagram(out, 0) != null) {
      out.clear();
    }
    assertThat(streams.count()).isEqualTo(2_000);
    int heartbeats = 0;
    for (long at, last = 0; (at = streams.nextTimeoutNanos()) <= 1_000_000; last = at) {
      assertThat(at).isGreaterThanOrEqualTo(last);
      streams.onTimeout(at);
      for (; streams.nextDatagram(out.clear(), at) != null; heartbeats++) {
        assertThat(Packet.decode(out.flip()).has(Packet.HEARTBEAT)).isTrue();
      }
    }
    assertThat(heartbeats).isGreaterThanOrEqualTo(2_000);
    for (UdxStream stream : all) {
      boolean live = stream.closeReason() == null;
      assertThat(streams.receive(0, Driven.PEER, data(stream.localId(), 0, "x"), 0))
          .isEqualTo(live);
    }
  }

  @Test
  void tombstonesAreBounded() {
    Tombstones tombstones = new Tombstones(1_000);
    Packet answer = new Packet(Packet.STATE, 0, 7, 0, 1, 1);
    for (int id = 0; id < 2 * Tombstones.COUNT_MAX; id++) {
      tombstones.add(id, new Route(0, Driven.PEER), answer, 0);
    }
    assertThat(tombstones.count()).isEqualTo(Tombstones.COUNT_MAX);
    tombstones.receive(data(2 * Tombstones.COUNT_MAX - 1, 0, "x"), 999);
    tombstones.receive(data(2 * Tombstones.COUNT_MAX - 1, 0, "x"), 999);
    tombstones.receive(data(3, 0, "x"), 999);
    assertThat(tombstones.nextDatagram(out.clear())).isNotNull();
    assertThat(Packet.decode(out.flip())).isEqualTo(answer);
    assertThat(tombstones.nextDatagram(out.clear())).isNull();
    tombstones.receive(data(2 * Tombstones.COUNT_MAX - 1, 0, "x"), 1_000);
    assertThat(tombstones.nextDatagram(out.clear())).isNull();
    assertThat(tombstones.count()).isZero();
  }
}
