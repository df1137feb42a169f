package dev.usernameregistry.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.testkit.AllocatedBytes;
import dev.usernameregistry.testkit.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Hostile bytes against both decoders and what comes behind them. */
class ProofFuzzTest {
  private static final int INPUTS = 250_000;

  private final Random random = new Random(11);
  private final TestTree tree = TestTree.random(random, 40);

  @Test
  void anyBytesAreAProofOrAreRefusedWithTheTypedErrors() {
    List<byte[]> seeds = seeds("data", "dataHex");
    Vectors.load("proofs").cases("cases").forEach(c -> seeds.add(Vectors.bytes(c.get("proof"))));
    int decoded =
        feed(
            seeds,
            bytes -> {
              Proof proof = Proof.decode(new WireReader(bytes));
              try {
                proof.run(tree.roots);
                proof.run(Roots.EMPTY);
              } catch (InvalidProofException e) {
                assertThat(e.getMessage()).isNotEmpty();
              }
            });
    assertThat(decoded).isBetween(INPUTS / 20, INPUTS - INPUTS / 20);
  }

  @Test
  void anyBytesAreARequestOrAreRefusedWithTheTypedError() {
    int decoded =
        feed(
            seeds("request", "requestHex"),
            bytes -> {
              ProofRequest request = ProofRequest.decode(new WireReader(bytes));
              try {
                tree.stored().prove(request);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(decoded).isBetween(INPUTS / 20, INPUTS - INPUTS / 20);
  }

  /** A count or length that promises more than is there must not be believed. */
  @Test
  void whatIsPromisedIsNotAllocated() {
    byte[] nodes = new WireWriter().uint(2).uint(1).uint(0).uint(0).uint(1 << 20).toByteArray();
    byte[] value = new WireWriter().uint(1).uint(1).uint(0).uint(0).uint(15 << 20).toByteArray();
    for (byte[] bytes : List.of(nodes, value, Arrays.copyOf(nodes, 1000), value)) {
      assertThat(AllocatedBytes.by(() -> refuse(bytes))).isLessThan(64 * 1024);
    }
  }

  @Test
  void aProofTakesMemoryInProportionToItsBytes() {
    WireWriter out = new WireWriter().uint(2).uint(1).uint(0).uint(0).uint(100_000);
    for (int i = 0; i < 100_000; i++) {
      new TreeNode(i, 1, new byte[32]).encode(out);
    }
    byte[] bytes = out.toByteArray();
    assertThat(AllocatedBytes.by(() -> Proof.decode(new WireReader(bytes))))
        .isLessThan(6L * bytes.length);
  }

  private static void refuse(byte[] bytes) {
    assertThatThrownBy(() -> Proof.decode(new WireReader(bytes)))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static List<byte[]> seeds(String type, String field) {
    Vectors vectors = Vectors.load("replication");
    List<byte[]> seeds = new ArrayList<>();
    for (JsonNode message : vectors.cases("messages")) {
      if (message.get("type").asText().equals(type)) {
        seeds.add(Vectors.bytes(message.get("hex")));
      }
    }
    for (JsonNode log : vectors.cases("proofs")) {
      log.get("requests").forEach(pair -> seeds.add(Vectors.bytes(pair.get(field))));
    }
    return seeds;
  }

  /** Returns how many inputs decoded. */
  private int feed(List<byte[]> seeds, Consumer<byte[]> decoder) {
    int refused = 0;
    for (int i = 0; i < INPUTS; i++) {
      byte[] bytes =
          random.nextInt(4) == 0 ? junk() : mutated(seeds.get(random.nextInt(seeds.size())));
      try {
        decoder.accept(bytes);
      } catch (MalformedMessageException e) {
        refused++;
      }
    }
    return INPUTS - refused;
  }

  private byte[] mutated(byte[] seed) {
    byte[] bytes = seed.clone();
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      int reach = random.nextBoolean() ? bytes.length : Math.min(bytes.length, 10);
      bytes[random.nextInt(reach)] = (byte) random.nextInt();
    }
    return random.nextInt(4) > 0 ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length + 40));
  }

  private byte[] junk() {
    byte[] bytes = new byte[random.nextInt(120)];
    random.nextBytes(bytes);
    if (bytes.length > 0 && random.nextBoolean()) {
      bytes[0] = (byte) random.nextInt(64);
    }
    return bytes;
  }
}
