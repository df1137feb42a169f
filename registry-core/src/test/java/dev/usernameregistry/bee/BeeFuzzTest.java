package dev.usernameregistry.bee;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.testkit.Vectors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever bytes a peer's log holds, reading them gives a value or the typed exception. */
class BeeFuzzTest {
  private static final int INPUTS = 200_000;

  private final Random random = new Random(20261123);
  private final List<byte[]> seeds = new ArrayList<>();

  BeeFuzzTest() {
    Vectors.load("hyperbee")
        .cases("cases")
        .forEach(vector -> seeds.addAll(Vectors.bytesList(vector.get("blocks"))));
  }

  @Test
  void blocksDecodeOrAreMalformed() {
    int decoded = 0;
    for (int i = 0; i < INPUTS; i++) {
      decoded += readBlock(mutated(seeds.get(random.nextInt(seeds.size())))) ? 1 : 0;
    }
    assertThat(decoded).as("inputs that decoded").isBetween(INPUTS / 100, INPUTS - INPUTS / 100);
  }

  private static boolean readBlock(byte[] bytes) {
    try {
      BeeBlock block = BeeBlock.decode(1 + (bytes.length % 50), bytes);
      assertThat(block.weightBytes()).isLessThan(1_000 + 3L * bytes.length);
      block.change();
      for (int offset = 0; offset < 300; offset++) {
        block.decodeNode(offset);
      }
      throw new AssertionError("a block of " + bytes.length + " bytes has 300 nodes");
    } catch (MalformedMessageException e) {
      return e.getMessage() != null && e.getMessage().startsWith("node ");
    }
  }

  @Test
  void headersDecodeOrAreMalformedOrAnotherProtocols() {
    List<byte[]> headers = seeds.stream().filter(seed -> seed[0] == 10 && seed[1] == 8).toList();
    int decoded = 0;
    for (int i = 0; i < INPUTS; i++) {
      try {
        BeeHeader.decode(mutated(headers.get(random.nextInt(headers.size()))));
        decoded++;
      } catch (MalformedMessageException | NotABeeException e) {
        assertThat(e).hasMessageMatching("(?s).{5,200}");
      }
    }
    assertThat(decoded).as("inputs that decoded").isBetween(INPUTS / 1000, INPUTS / 2);
  }

  @Test
  void treesOfMutatedBlocksAreReadInBoundedTime() throws IOException {
    int broken = 0;
    for (int i = 0; i < 4_000; i++) {
      List<byte[]> blocks = smallTree();
      for (int j = 1 + random.nextInt(3); j > 0; j--) {
        int block = 1 + random.nextInt(blocks.size() - 1);
        blocks.set(block, mutatedIndex(blocks.get(block)));
      }
      broken += readAll(MemoryBlocks.of(blocks)) ? 0 : 1;
    }
    assertThat(broken).isBetween(400, 3_990);
  }

  private List<byte[]> smallTree() throws IOException {
    MemoryBlocks blocks = new MemoryBlocks();
    Bee bee = new Bee(blocks);
    for (int i = 0; i < 40; i++) {
      byte[] key = {(byte) random.nextInt(60)};
      if (random.nextInt(5) == 0) {
        bee.delete(key);
      } else {
        bee.put(key, new byte[random.nextInt(2)]);
      }
    }
    return new ArrayList<>(blocks.all());
  }

  /** Reads in every way there is, and writes; returns whether all of it worked. */
  private boolean readAll(MemoryBlocks blocks) throws IOException {
    Bee bee = new Bee(blocks);
    boolean worked = true;
    for (KeyRange range : List.of(KeyRange.all(), KeyRange.all().reversed())) {
      worked &= reads(bee.range(range), blocks.length());
    }
    worked &= reads(bee.history(1), blocks.length());
    BeeSnapshot half = bee.checkout(blocks.length() / 2);
    worked &= reads(bee.snapshot().diff(half, KeyRange.all()), 2 * blocks.length());
    for (int i = 0; i < 8; i++) {
      byte[] key = {(byte) random.nextInt(60)};
      boolean delete = random.nextBoolean();
      try {
        bee.get(key);
        if (delete ? bee.delete(key) : bee.put(key, null)) {
          bee.get(key);
        }
      } catch (PeerFault e) {
        worked = false;
      }
    }
    return worked;
  }

  private static boolean reads(Cursor<?> cursor, long most) throws IOException {
    try {
      assertThat(cursor.toList()).hasSizeLessThanOrEqualTo((int) most);
      return true;
    } catch (MalformedMessageException e) {
      return false;
    }
  }

  private byte[] mutated(byte[] seed) {
    if (random.nextInt(8) == 0) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      return bytes;
    }
    byte[] bytes = Arrays.copyOf(seed, Math.min(seed.length, 400));
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      bytes = mutatedOnce(bytes, bytes.length);
    }
    return bytes;
  }

  /** Changes bytes near the beginning, where the tree nodes are. */
  private byte[] mutatedIndex(byte[] block) {
    byte[] bytes = block.clone();
    int indexBytes = Math.max(3, Math.min(block.length, block[1] + 2));
    bytes[2 + random.nextInt(indexBytes - 2)] =
        (byte) random.nextInt(random.nextBoolean() ? 45 : 256);
    return bytes;
  }

  private byte[] mutatedOnce(byte[] bytes, int within) {
    int at = random.nextInt(within);
    switch (random.nextInt(5)) {
      case 0 -> bytes[at] = (byte) random.nextInt(256);
      case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 2 -> bytes[at] = (byte) random.nextInt(30);
      case 3 -> {
        return Arrays.copyOf(bytes, at);
      }
      default -> {
        int from = random.nextInt(bytes.length);
        int length = Math.min(random.nextInt(8), bytes.length - Math.max(at, from));
        System.arraycopy(bytes, from, bytes, at, length);
      }
    }
    return bytes;
  }
}
