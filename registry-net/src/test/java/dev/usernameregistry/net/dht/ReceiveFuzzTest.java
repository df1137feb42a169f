package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.testkit.AllocatedBytes;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Arbitrary datagrams: a node neither throws nor keeps more than its limits. */
final class ReceiveFuzzTest {
  private static final int DATAGRAMS = 400_000;
  private static final Ipv4Address OWN = Ipv4Address.of("20.0.1.1", 49737);

  private final Random random = new Random(11);
  private final List<byte[]> seeds = seeds();

  private static List<byte[]> seeds() {
    Vectors vectors = Vectors.load("dht");
    List<byte[]> seeds = new ArrayList<>();
    for (String field : List.of("requests", "replies", "invalid")) {
      vectors.cases(field).forEach(vector -> seeds.add(Vectors.bytes(vector.get("hex"))));
    }
    for (JsonNode session : vectors.cases("sessions")) {
      session.get("packets").forEach(packet -> seeds.add(Vectors.bytes(packet.get("hex"))));
    }
    return seeds;
  }

  private byte[] datagram() {
    byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
    switch (random.nextInt(4)) {
      case 0 -> {
        bytes = new byte[random.nextInt(1500)];
        random.nextBytes(bytes);
        if (bytes.length > 0 && random.nextBoolean()) {
          bytes[0] = (byte) (random.nextBoolean() ? RpcPacket.ASK : RpcPacket.ANSWER);
        }
      }
      case 1 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 40));
      default -> {
        for (int i = random.nextInt(4); i > 0; i--) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
      }
    }
    return bytes;
  }

  private Ipv4Address source() {
    int known = 0x0c000000 | (random.nextBoolean() ? 1 : random.nextInt(64));
    int host = random.nextBoolean() ? known : random.nextInt();
    return new Ipv4Address(host, random.nextInt(1 << 16));
  }

  @Test
  void anyDatagramsLeaveTheNodeWhole() {
    DhtNode node =
        new DhtNode(
            DhtOptions.joining(List.of(source()))
                .persistence(DhtOptions.Persistence.ALWAYS)
                .firewalled(false)
                .publicAddress(OWN),
            (request, at) -> {
              if (random.nextBoolean()) {
                request.reply(request.value());
              }
              return random.nextInt(3) > 0 || request.hasToken();
            },
            new SeededRandom(12),
            0);
    long nowNanos = 0;
    node.start(OWN.port(), 50_000, nowNanos);
    long sent = 0;
    List<Outgoing.Packet> asked = new ArrayList<>();
    for (int i = 0; i < DATAGRAMS; i++) {
      nowNanos += random.nextInt(2_000_000);
      Ipv4Address from = source();
      byte[] bytes = datagram();
      if (!asked.isEmpty() && random.nextInt(3) == 0) { // an answer that fits, with any content
        Outgoing.Packet ask = asked.remove(asked.size() - 1);
        from = ask.to();
        if (bytes.length > 3) {
          bytes[0] = RpcPacket.ANSWER;
          bytes[2] = ask.bytes()[2];
          bytes[3] = ask.bytes()[3];
        }
      }
      node.receive(random.nextInt(3), from, ByteBuffer.wrap(bytes), nowNanos);
      if (node.nextTimeoutNanos() <= nowNanos) {
        node.onTimeout(nowNanos);
      }
      for (Outgoing next; (next = node.nextOutgoing(nowNanos)) != null; sent++) {
        if (next instanceof Outgoing.Packet packet && packet.bytes()[0] == RpcPacket.ASK) {
          asked.add(packet);
        }
      }
      if (asked.size() > 100) {
        asked.clear();
      }
    }
    DhtNode.Statistics statistics = node.statistics();
    assertThat(statistics.tableSize()).isLessThanOrEqualTo(256 * RoutingTable.ROW_NODES_MAX);
    assertThat(statistics.inFlight()).isLessThanOrEqualTo(Requests.REQUESTS_MAX);
    // the test proves little unless all outcomes are common
    assertThat(statistics.packetsReceived()).isGreaterThan(DATAGRAMS / 10);
    assertThat(statistics.malformed()).isGreaterThan(DATAGRAMS / 10);
    assertThat(statistics.requestsDropped()).isGreaterThan(DATAGRAMS / 100);
    assertThat(sent).isGreaterThan(DATAGRAMS / 20);
    assertThat(node.isBootstrapped()).isTrue();
  }

  @Test
  void decodersGiveAPacketOrTheOneExceptionAndAllocateLittle() {
    int packets = 0;
    for (int i = 0; i < 200_000; i++) {
      byte[] bytes = datagram();
      RpcPacket packet = tryDecode(bytes);
      if (i > 5_000 && i % 50 == 0) { // twice: what the JVM makes at first is not counted
        assertThat(Math.min(allocatedFor(bytes), allocatedFor(bytes)))
            .isLessThan(40L * bytes.length + 16_384);
      }
      if (packet != null) {
        packets++;
        assertThat(decode(packet.encode()).encode()).isEqualTo(packet.encode());
      }
    }
    assertThat(packets).isBetween(20_000, 180_000);
  }

  private static long allocatedFor(byte[] bytes) {
    return AllocatedBytes.by(() -> tryDecode(bytes));
  }

  private static @Nullable RpcPacket tryDecode(byte[] bytes) {
    try {
      return decode(bytes);
    } catch (MalformedMessageException e) {
      return null; // the one exception
    }
  }

  private static RpcPacket decode(byte[] bytes) {
    if (bytes.length == 0) {
      throw new MalformedMessageException("0 bytes");
    }
    ByteBuffer rest = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    return (bytes[0] & 0x10) == 0 ? RpcPacket.Ask.decode(rest) : RpcPacket.Answer.decode(rest);
  }
}
