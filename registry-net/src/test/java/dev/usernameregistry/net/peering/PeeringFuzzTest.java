package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.dht.Outgoing;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Holepunch;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.peering.message.PairMessage;
import dev.usernameregistry.net.peering.message.RelayThrough;
import dev.usernameregistry.net.punch.HolepunchMessage;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchRelay;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Arbitrary and changed bytes are a {@link MalformedMessageException}, or nothing at all. */
class PeeringFuzzTest {
  private static final int INPUTS = 240_000;
  private static final int PACKETS = 60_000;

  private final Random random = new Random(11);

  @Test
  void whatIsDecodedIsEncodedToTheSameMeaning() {
    for (int i = 0; i < 20_000; i++) {
      NoisePayload payload = anyPayload();
      assertThat(NoisePayload.decode(payload.encode())).isEqualTo(payload);
      HandshakeMessage message = anyMessage();
      HandshakeMessage decoded = HandshakeMessage.decode(message.encode());
      assertThat(decoded.encode()).isEqualTo(message.encode());
      PairMessage pair = new PairMessage(random.nextBoolean(), anyKey(), random.nextInt());
      assertThat(PairMessage.decode(pair.encode())).isEqualTo(pair);
    }
  }

  @Test
  void arbitraryBytesAreAMessageOrMalformed() {
    int malformed = 0;
    for (int i = 0; i < INPUTS / 3; i++) {
      malformed += fails(anyBytes(anyPayload().encode()), NoisePayload::decode);
      malformed += fails(anyBytes(anyMessage().encode()), HandshakeMessage::decode);
      byte[] pair = new PairMessage(true, anyKey(), random.nextInt()).encode();
      malformed += fails(anyBytes(pair), PairMessage::decode);
    }
    assertThat(malformed).isBetween(INPUTS / 10, INPUTS - INPUTS / 10);
  }

  private int fails(byte[] bytes, Function<byte[], Object> decode) {
    try {
      assertThat(decode.apply(bytes)).isNotNull();
      return 0;
    } catch (MalformedMessageException e) {
      assertThat(e).hasMessageMatching("(?s).+");
      return 1;
    }
  }

  /** Whole packets at a server, at its relay and at a node that knows nothing of it. */
  @Test
  void arbitraryPacketsLeaveNothingBehind() {
    SimulatedDht dht = new SimulatedDht(12);
    SimulatedPeer server = dht.reachable("server", "7.0.0.1");
    dht.listen(server);
    long[] sent = {0};
    Consumer<SimulatedMachine> drain =
        machine -> {
          for (Outgoing next; (next = machine.node.nextOutgoing(dht.internet.nowNanos)) != null; ) {
            assertThat(next).isNotNull();
            sent[0]++;
          }
        };
    List<SimulatedMachine> machines = new ArrayList<>(dht.nodes);
    machines.add(server.machine);
    for (int i = 0; i < PACKETS; i++) {
      SimulatedMachine machine = machines.get(random.nextInt(machines.size()));
      Ipv4Address from = anyAddress();
      byte[] packet = anyPacket(machine.address, PeerRecord.target(server.key()));
      machine.node.receive(random.nextInt(2), from, ByteBuffer.wrap(packet), dht.internet.nowNanos);
      drain.accept(machine);
    }
    assertThat(sent[0]).isPositive();
    assertThat(server.machine.peering.statistics().handshakes()).isLessThanOrEqualTo(HalfOpen.MAX);
    dht.internet.run(60 * SimulatedInternet.SECOND_NANOS);
    assertThat(server.machine.peering.statistics().handshakes()).isZero();
    assertThat(server.machine.ports).hasSize(2);
    assertThat(server.accepted).isEmpty();
  }

  private byte[] anyPacket(Ipv4Address to, Key target) {
    boolean punch = random.nextInt(4) == 0;
    byte[] value =
        punch
            ? new HolepunchMessage(
                    random.nextInt(6),
                    random.nextInt(4),
                    anyBytes(new byte[60]),
                    random.nextBoolean() ? anyAddress() : null)
                .encode()
            : anyMessage().encode();
    Key about = random.nextInt(3) == 0 ? anyKey() : target;
    byte[] packet =
        RawRequests.request(anyAddress(), to, random.nextInt(1 << 16), punch ? 1 : 0, about, value)
            .bytes();
    return random.nextInt(3) == 0 ? anyBytes(packet) : packet;
  }

  /** Returns {@code valid} cut short, changed in some places, or replaced. */
  private byte[] anyBytes(byte[] valid) {
    switch (random.nextInt(3)) {
      case 0 -> {
        return Arrays.copyOf(valid, random.nextInt(valid.length + 1));
      }
      case 1 -> {
        byte[] changed = valid.clone();
        for (int i = random.nextInt(4); i >= 0 && changed.length > 0; i--) {
          changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return changed;
      }
      default -> {
        byte[] bytes = new byte[random.nextInt(200)];
        random.nextBytes(bytes);
        return bytes;
      }
    }
  }

  private HandshakeMessage anyMessage() {
    byte[] noise = new byte[1 + random.nextInt(120)];
    random.nextBytes(noise);
    HandshakeMode[] modes = HandshakeMode.values();
    return new HandshakeMessage(
        modes[random.nextInt(modes.length)],
        noise,
        random.nextBoolean() ? anyAddress() : null,
        random.nextBoolean() ? anyAddress() : null);
  }

  private NoisePayload anyPayload() {
    List<PunchRelay> relays = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      relays.add(new PunchRelay(anyAddress(), anyAddress()));
    }
    return new NoisePayload(
        NoisePayload.VERSION,
        random.nextInt(4),
        NatKind.of(random.nextInt(4)),
        random.nextBoolean() ? new Holepunch(random.nextInt(1000), relays) : null,
        anyAddresses(),
        random.nextBoolean() ? new Udx(random.nextBoolean(), random.nextInt()) : null,
        random.nextBoolean() ? new RelayThrough(anyKey(), anyKey()) : null,
        anyAddresses());
  }

  private List<Ipv4Address> anyAddresses() {
    List<Ipv4Address> addresses = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      addresses.add(anyAddress());
    }
    return addresses;
  }

  private Ipv4Address anyAddress() {
    return new Ipv4Address(random.nextInt(), random.nextInt(1 << 16));
  }

  private Key anyKey() {
    byte[] bytes = new byte[Key.BYTES];
    random.nextBytes(bytes);
    return Key.of(bytes);
  }
}
