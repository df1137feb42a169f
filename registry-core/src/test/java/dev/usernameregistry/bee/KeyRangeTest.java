package dev.usernameregistry.bee;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyRangeTest {
  private final Bee bee = new Bee(new MemoryBlocks());

  @Test
  void prefixRangesEndWhereThePrefixEnds() throws IOException {
    List<byte[]> keys =
        List.of(
            new byte[] {},
            new byte[] {1},
            new byte[] {1, -1},
            new byte[] {1, -1, 0},
            new byte[] {2},
            new byte[] {-1},
            new byte[] {-1, -1},
            new byte[] {-1, -1, 7});
    for (byte[] key : keys) {
      bee.put(key, null);
    }

    assertThat(bee.range(KeyRange.prefix(new byte[] {1})).toList()).hasSize(3);
    assertThat(bee.range(KeyRange.prefix(new byte[] {1, -1})).toList()).hasSize(2);
    assertThat(bee.range(KeyRange.prefix(new byte[] {-1, -1})).toList()).hasSize(2);
    assertThat(bee.range(KeyRange.prefix(new byte[] {})).toList()).hasSize(8);
    assertThat(bee.range(KeyRange.prefix(new byte[] {-1}).reversed().limit(1)).toList())
        .singleElement()
        .extracting(Entry::key)
        .isEqualTo(new byte[] {-1, -1, 7});
  }

  /**
   * The keys that a sub-database does not show without a lower bound are the reference's choice.
   */
  @Test
  void aRangeOfASubDatabaseKeepsItsBoundsAndShowsNothingBesideIt() throws IOException {
    KeyPrefix sub = KeyPrefix.root().sub(bytes("s"));
    for (String key : List.of("", "\0", "a", "b", "c")) {
      bee.put(sub.add(bytes(key)), null);
    }
    bee.put(bytes("s\1"), null); // the first key behind the sub-database

    assertThat(keys(sub, KeyRange.all())).containsExactly("a", "b", "c");
    assertThat(keys(sub, KeyRange.all().gte(bytes("")))).containsExactly("", "\0", "a", "b", "c");
    assertThat(keys(sub, KeyRange.all().gte(bytes("b")))).containsExactly("b", "c");
    assertThat(keys(sub, KeyRange.all().gt(bytes("b")))).containsExactly("c");
    assertThat(keys(sub, KeyRange.all().lte(bytes("b")))).containsExactly("a", "b");
    assertThat(keys(sub, KeyRange.all().lt(bytes("b")))).containsExactly("a");
  }

  private List<String> keys(KeyPrefix sub, KeyRange range) throws IOException {
    return bee.range(sub.range(range)).toList().stream()
        .map(entry -> new String(sub.strip(entry.key()), UTF_8))
        .toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
