package dev.usernameregistry.net.announce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.Ask.Answer;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class AnnounceFuzzTest {
  private static final int INPUTS = 200_000;

  static Stream<Arguments> codecs() {
    return Stream.of(
        codec("peer", in -> PeerRecord.decode(in).encode()),
        codec("announce", in -> AnnounceMessage.decode(in).encode()),
        codec("mutablePut", in -> MutableValue.Put.decode(in).encode()),
        codec("mutableGetResponse", in -> MutableValue.decode(in).encode()),
        codec(
            "lookupReply",
            in -> {
              LookupReply reply = LookupReply.decode(in);
              List<byte[]> peers = reply.peers().stream().map(PeerRecord::encode).toList();
              return LookupReply.encode(peers, reply.bump());
            }));
  }

  private static Arguments codec(String vectors, Function<WireReader, byte[]> decodeAndEncode) {
    return Arguments.of(vectors, decodeAndEncode);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("codecs")
  void anyBytesAreReadOrRefusedWithTheOneException(
      String vectors, Function<WireReader, byte[]> decodeAndEncode) {
    Random random = new Random(vectors.hashCode());
    List<byte[]> seeds = seeds(vectors);
    int read = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes = mutated(seeds.get(random.nextInt(seeds.size())), random);
      try {
        byte[] once = decodeAndEncode.apply(new WireReader(bytes));
        assertThat(Arrays.equals(decodeAndEncode.apply(new WireReader(once)), once)).isTrue();
        read++;
      } catch (MalformedMessageException e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
    assertThat(read).isBetween(INPUTS / 20, INPUTS - 1);
  }

  @Test
  void anyRequestIsAnsweredOrDropped() {
    Random random = new Random(11);
    List<byte[]> seeds = new ArrayList<>();
    Stream.of("announce", "mutablePut", "peer").forEach(name -> seeds.addAll(seeds(name)));
    seeds.add(new byte[] {0});
    Key[] targets = {Bench.TOPIC, Bench.NODE, null};
    Records records = new Records(random, 0, 0);
    long nowNanos = 0;
    int[] answers = new int[4];
    for (int i = 0; i < INPUTS; i++) {
      byte[] value = mutated(seeds.get(random.nextInt(seeds.size())), random);
      nowNanos += random.nextInt(100_000_000);
      Ask ask =
          new Ask(
              random.nextInt(9) + 2,
              random.nextInt(8) == 0 ? Key.of(Blake2b.hash(value)) : targets[random.nextInt(3)],
              random.nextInt(8) == 0 ? null : Bench.TOKEN,
              random.nextInt(16) == 0 ? null : value,
              new Ipv4Address(random.nextInt(1 << 20), random.nextInt(65_536)),
              Bench.NODE);
      answers[kind(records.answer(ask, nowNanos))]++;
    }
    assertThat(answers[0]).as("dropped").isGreaterThan(INPUTS / 4);
    assertThat(answers[1]).as("found").isGreaterThan(INPUTS / 10);
    assertThat(records.statistics().topicRecords()).isZero(); // nothing was signed
    assertThat(records.statistics().forwards()).isZero();
    assertThat(records.statistics().values()).isGreaterThan(100); // hashes that fit
  }

  private static int kind(Answer answer) {
    return answer instanceof Answer.Nothing
        ? 0
        : answer instanceof Answer.Found ? 1 : answer instanceof Answer.Done ? 2 : 3;
  }

  private static List<byte[]> seeds(String vectors) {
    return Vectors.load("dht").cases(vectors).stream()
        .map(vector -> Vectors.bytes(vector.get("hex")))
        .toList();
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
