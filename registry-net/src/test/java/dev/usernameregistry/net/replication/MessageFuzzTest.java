package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.testkit.Vectors;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MessageFuzzTest {
  private static final int INPUTS = 200_000;

  static IntStream types() {
    return IntStream.rangeClosed(-1, 9);
  }

  @ParameterizedTest(name = "type {0}")
  @MethodSource("types")
  void anyBytesGiveAMessageOrTheOneException(int type) {
    Random random = new Random(type);
    List<byte[]> seeds = seeds(type);
    int decoded = 0;
    int refused = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes = mutated(seeds.get(random.nextInt(seeds.size())), random);
      try {
        decoded += type < 0 ? decodeHandshake(bytes) : decodeTwice(type, bytes);
      } catch (MalformedMessageException e) {
        refused++;
      }
    }
    assertThat(decoded).isGreaterThan(INPUTS / 20);
    assertThat(decoded + refused).isEqualTo(INPUTS);
  }

  @Test
  void anySessionOfAnyMessagesEndsOrGoesOn() throws IOException {
    Random random = new Random(7);
    List<List<byte[]>> seeds =
        IntStream.rangeClosed(0, 9).mapToObj(MessageFuzzTest::seeds).toList();
    Air air = new Air(null);
    Peer writer = air.writer("writer");
    writer.append("one", "two", "three", "four", "five");
    int faults = 0;
    Peer fuzzer = air.reader("fuzzer");
    End end = air.connect(writer, fuzzer).get(0);
    for (int i = 0; i < INPUTS; i++) {
      int type = random.nextInt(11);
      List<byte[]> kind = seeds.get(Math.min(type, 9));
      byte[] bytes = mutated(kind.get(random.nextInt(kind.size())), random);
      try {
        end.session.receive(type, new WireReader(bytes), i);
        air.pump();
        if (random.nextInt(4) == 0) {
          air.step();
        }
      } catch (PeerFault e) {
        faults++;
        end.disconnect();
        end = air.connect(writer, fuzzer).get(0);
      }
      air.transcript.clear();
    }
    assertThat(faults).isBetween(10, INPUTS / 2);
    assertThat(writer.log.length()).isEqualTo(5);
    assertThat(writer.log.fork()).isZero();
    Peer reader = air.reader("reader");
    air.connect(writer, reader);
    air.drive();
    assertThat(reader.log.contiguousLength()).isEqualTo(5);
  }

  private static int decodeHandshake(byte[] bytes) {
    Handshake handshake = Handshake.decode(new WireReader(bytes));
    if (!Handshake.decode(new WireReader(handshake.encode())).agrees(handshake)) {
      throw new AssertionError(handshake);
    }
    return 1;
  }

  private static int decodeTwice(int type, byte[] bytes) {
    Message message = Message.decode(type, new WireReader(bytes));
    if (message == null && type == Message.Extension.TYPE) {
      return 1; // our own extension, of a kind that this version does not know
    }
    if (message == null) {
      throw new AssertionError("type " + type);
    }
    byte[] once = encode(message);
    Message again = Message.decode(type, new WireReader(once));
    if (again == null || !Arrays.equals(encode(again), once)) {
      throw new AssertionError(message + " became " + again);
    }
    return 1;
  }

  private static byte[] encode(Message message) {
    WireWriter out = new WireWriter();
    message.encode(out);
    return out.toByteArray();
  }

  private static List<byte[]> seeds(int type) {
    List<byte[]> seeds = new ArrayList<>();
    Vectors.load("replication")
        .cases("messages")
        .forEach(
            vector -> {
              if (vector.get("id").asInt() == type) {
                seeds.add(Vectors.bytes(vector.get("hex")));
              }
            });
    seeds.add(new byte[8]);
    if (type == Message.Extension.TYPE) {
      ProofRequest.Block wanted = new ProofRequest.Block(4, 2, 1);
      seeds.add(encode(new Message.Request(ProofRequest.of(1, 0, wanted))));
      List<byte[]> values = List.of(new byte[1], new byte[0], new byte[2], new byte[3]);
      Proof.Block block = new Proof.Block(4, values, List.of());
      seeds.add(encode(new Message.Data(Proof.of(1, 0, block))));
    }
    return seeds;
  }

  private static byte[] mutated(byte[] seed, Random random) {
    byte[] bytes = seed.clone();
    for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
      int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(6, bytes.length));
      bytes[at] = (byte) random.nextInt(random.nextBoolean() ? 256 : 8);
    }
    int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 8) : bytes.length;
    return Arrays.copyOf(bytes, length);
  }
}
