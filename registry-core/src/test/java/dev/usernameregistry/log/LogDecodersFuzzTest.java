package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Arbitrary bytes give a value or a {@link PeerFault}, never anything else. */
class LogDecodersFuzzTest {
  private static final int INPUTS = 200_000;

  private static List<byte[]> seeds(String file, String field, String hex) {
    List<byte[]> seeds = new ArrayList<>();
    for (JsonNode vector : Vectors.load(file).cases(field)) {
      byte[] bytes = Vectors.bytesOrNull(vector.get(hex));
      if (bytes != null) {
        seeds.add(bytes);
      }
    }
    assertThat(seeds).isNotEmpty();
    return seeds;
  }

  private static int decodeAll(List<byte[]> seeds, Consumer<byte[]> decoder) {
    Random random = new Random(7);
    int refused = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = i % 4 == 0 ? random(random) : mutated(seeds, random);
      try {
        decoder.accept(input);
      } catch (PeerFault e) {
        refused++;
      }
    }
    return refused;
  }

  private static byte[] random(Random random) {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      if (random.nextBoolean()) {
        bytes[i] = (byte) random.nextInt(4);
      }
    }
    return bytes;
  }

  private static byte[] mutated(List<byte[]> seeds, Random random) {
    byte[] seed = seeds.get(random.nextInt(seeds.size()));
    byte[] bytes =
        Arrays.copyOf(seed, random.nextInt(3) == 0 ? random.nextInt(seed.length + 9) : seed.length);
    for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(bytes.length, 8));
      bytes[at] = (byte) (random.nextInt(3) == 0 ? 0xfd + random.nextInt(3) : random.nextInt(256));
    }
    return bytes;
  }

  @Test
  void manifestDecoderStandsAnyBytesAndReadsWhatItWrites() {
    int refused =
        decodeAll(
            seeds("keys", "manifests", "encoded"),
            bytes -> {
              Manifest manifest = Manifest.decode(new WireReader(bytes));
              byte[] encoded = manifest.encode();
              if (!Arrays.equals(Manifest.decode(new WireReader(encoded)).encode(), encoded)) {
                throw new AssertionError(manifest);
              }
            });
    assertThat(refused).isBetween(INPUTS / 4, INPUTS - 1000);
  }

  @Test
  void signatureDecodersStandAnyBytes() {
    List<byte[]> seeds = seeds("proofs", "multisig", "signature");
    int refused =
        decodeAll(seeds, bytes -> MultiSignature.decode(bytes, 0))
            + decodeAll(seeds, bytes -> MultiSignature.decode(bytes, 1));
    assertThat(refused).isBetween(INPUTS / 2, 2 * INPUTS - 1000);
  }

  @Test
  void stateDecoderStandsAnyBytes() {
    LogState state =
        new LogState(
            Key.of(new byte[32]), 1, 2, List.of(), new byte[64], new byte[70], new byte[9]);
    int refused = decodeAll(List.of(state.encode()), LogState::decode);
    assertThat(refused).isBetween(INPUTS / 4, INPUTS - 1000);
  }

  /** They wrote how much of a frozen log is beyond dispute, which its evidence says, too. */
  @Test
  void aStateOfEarlierVersionsIsRead() {
    byte[] now = StoredThings.state(Key.of(new byte[32]), 1).encode();
    assertThat(LogState.decode(Arrays.copyOf(now, now.length + 1)).encode()).isEqualTo(now);
  }

  @Test
  void evidenceDecoderStandsAnyBytes() {
    Key key = Key.of(new byte[32]);
    int refused =
        decodeAll(seeds("keys", "manifests", "encoded"), bytes -> Evidence.check(key, bytes));
    assertThat(refused).isEqualTo(INPUTS);
  }
}
