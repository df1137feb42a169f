package dev.usernameregistry.net.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.AnnounceMessage.Place;
import dev.usernameregistry.net.announce.AnnounceMessage.Use;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.DhtOptions;
import dev.usernameregistry.net.dht.Outgoing;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Datagrams of every kind for a node that keeps records: noise, near misses, and good ones. */
class ServedFuzzTest {
  private static final int INPUTS = 60_000;
  private static final Ipv4Address HERE = Ipv4Address.of("10.0.0.1", 49737);
  private static final Ipv4Address STRANGER = Ipv4Address.of("10.0.0.2", 5000);

  /** Those with signatures come less often, because they are slow. */
  private static final int[] COMMANDS = {2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 7, 8, 8, 9, 9, 10};

  private static final KeyPair[] PEERS =
      IntStream.range(0, 100).mapToObj(i -> Bench.keyPair("peer" + i)).toArray(KeyPair[]::new);

  private static final int ID = 1;
  private static final int TOKEN = 2;
  private static final int TARGET = 8;
  private static final int VALUE = 16;

  private final Random random = new Random(17);
  private final Records records = new Records(random, 0, 0);
  private final DhtNode node =
      new DhtNode(DhtOptions.bootstrapper(HERE), records::serve, new SeededRandom(1), 0);
  private long nowNanos;
  private byte[] token = new byte[Key.BYTES];
  private byte[] nodeId = new byte[Key.BYTES];
  private int replies;

  @Test
  void anyDatagramIsServedOrIgnored() {
    node.start(HERE.port(), HERE.port() + 1, nowNanos);
    node.onTimeout(nowNanos);
    assertThat(node.id()).isPresent();
    int announced = 0;
    for (int i = 0; i < INPUTS; i++) {
      nowNanos += 11_000_000; // under the rate at which one host is served
      if (i % 500 == 0) {
        learnToken();
      }
      byte[] bytes = request(i);
      send(random.nextInt(3) == 0 ? mutated(bytes) : bytes);
      announced = Math.max(announced, records.statistics().topicRecords());
    }
    assertThat(announced).isGreaterThan(50);
    assertThat(records.statistics().values()).isGreaterThan(500);
    assertThat(replies).isGreaterThan(INPUTS / 4);
    assertThat(node.statistics().requestsDropped()).isZero();
    nowNanos += 49 * 3600 * 1_000_000_000L;
    records.lookup(Bench.TOPIC, nowNanos);
    assertThat(records.statistics().topicRecords()).isZero();
  }

  private void learnToken() {
    send(packet(TARGET, Command.FIND_PEER, Bench.TOPIC, null));
    assertThat(token).isNotEqualTo(new byte[Key.BYTES]);
  }

  private byte[] request(int number) {
    int command = COMMANDS[random.nextInt(COMMANDS.length)];
    Key target = random.nextInt(4) == 0 ? Bench.key("t" + number % 50) : Bench.TOPIC;
    byte[] value = new byte[random.nextInt(200)];
    random.nextBytes(value);
    if (command == Command.IMMUTABLE_PUT) {
      target = Key.of(Blake2b.hash(value));
    } else if (command == Command.ANNOUNCE || command == Command.UNANNOUNCE) {
      value = announcement(command, target, number).encode();
    } else if (command == Command.MUTABLE_PUT || command == Command.MUTABLE_GET) {
      target = PeerRecord.target(PEERS[number % 20].publicKey());
      value = command == Command.MUTABLE_GET ? new byte[] {0} : put(number, value);
    }
    return packet(TARGET | TOKEN | VALUE, command, target, value);
  }

  /** Signs one in sixteen, because that is slow; the others are as good as forged. */
  private AnnounceMessage announcement(int command, Key target, int number) {
    PeerRecord peer = new PeerRecord(PEERS[number % 100].publicKey(), Bench.RELAYS);
    Use use = command == Command.ANNOUNCE ? Use.ANNOUNCE : Use.UNANNOUNCE;
    if (random.nextInt(use == Use.ANNOUNCE ? 16 : 256) > 0) {
      byte[] forged = random.nextInt(8) == 0 ? new byte[64] : null;
      return new AnnounceMessage(peer, random.nextBoolean() ? target : null, forged, number);
    }
    Place place = new Place(target, Key.of(nodeId), token);
    return Bench.signed(use, place, PEERS[number % 100], peer, null);
  }

  private static byte[] put(int number, byte[] value) {
    MutableValue signed =
        number % 16 == 0
            ? MutableValue.sign(PEERS[number % 20], number, value)
            : new MutableValue(number % 7, value, new byte[64]);
    return new MutableValue.Put(PEERS[number % 20].publicKey(), signed).encode();
  }

  private byte[] packet(int flags, int command, Key target, byte @Nullable [] value) {
    WireWriter out = new WireWriter().fixedUint(3, 1).fixedUint(flags, 1);
    out.fixedUint(random.nextInt(1 << 16), 2);
    HERE.encode(out);
    if ((flags & TOKEN) != 0) {
      out.raw(token);
    }
    out.uint(command).raw(target.bytes());
    return value == null ? out.toByteArray() : out.bytes(value).toByteArray();
  }

  private void send(byte[] bytes) {
    node.receive(DhtNode.SERVER_SOCKET, STRANGER, ByteBuffer.wrap(bytes), nowNanos);
    node.onTimeout(nowNanos);
    List<byte[]> pongs = new ArrayList<>();
    for (Outgoing next = node.nextOutgoing(nowNanos);
        next != null;
        next = node.nextOutgoing(nowNanos)) {
      byte[] sent = ((Outgoing.Packet) next).bytes();
      if (sent[0] == 3) {
        WireWriter pong = new WireWriter().fixedUint(0x13, 1).fixedUint(0, 1);
        pong.raw(sent, 2, 2);
        HERE.encode(pong);
        pongs.add(pong.toByteArray());
      } else {
        learn(sent);
      }
    }
    pongs.forEach(this::send);
  }

  private void learn(byte[] reply) {
    replies++;
    if ((reply[1] & (ID | TOKEN)) == (ID | TOKEN)) {
      nodeId = Arrays.copyOfRange(reply, 10, 42);
      token = Arrays.copyOfRange(reply, 42, 74);
    }
  }

  private byte[] mutated(byte[] seed) {
    byte[] bytes = seed.clone();
    for (int n = random.nextInt(4); n > 0; n--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 8)) : bytes;
  }
}
