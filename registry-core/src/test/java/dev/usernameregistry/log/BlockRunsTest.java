package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Compares with a sorted map of single blocks. */
class BlockRunsTest {
  private final TreeMap<Long, byte[]> expected = new TreeMap<>();
  private final BlockRuns runs = new BlockRuns();

  @Test
  void isTheMapOfWhatWasPutAndRemovedInAnyOrder() {
    Random random = new Random(18);
    for (int turn = 0; turn < 300; turn++) {
      runs.removeFrom(0);
      expected.clear();
      for (int step = random.nextInt(60); step >= 0; step--) {
        change(random);
        assertSame();
      }
    }
  }

  private void change(Random random) {
    long block = random.nextInt(40);
    if (random.nextInt(12) == 0) {
      runs.removeFrom(block);
      expected.tailMap(block).clear();
    } else {
      byte[] value = {(byte) random.nextInt()};
      assertThat(runs.put(block, value)).isSameAs(expected.put(block, value));
    }
  }

  private void assertSame() {
    assertThat(List.copyOf(runs.keySet())).isEqualTo(List.copyOf(expected.keySet()));
    assertThat(List.copyOf(runs.values())).isEqualTo(List.copyOf(expected.values()));
    assertThat(runs).hasSameSizeAs(expected.keySet());
    for (long block = 0; block < 42; block++) {
      assertThat(runs.containsKey(block)).isEqualTo(expected.containsKey(block));
      assertThat(runs.get(block)).isSameAs(expected.get(block));
      assertThat(runs.missingFrom(block)).isEqualTo(expectedMissingFrom(block));
    }
    assertThat(shownRuns()).isEqualTo(expectedRuns());
  }

  private long expectedMissingFrom(long block) {
    long missing = block;
    while (expected.containsKey(missing)) {
      missing++;
    }
    return missing;
  }

  private List<List<Long>> shownRuns() {
    List<List<Long>> shown = new ArrayList<>();
    runs.forEachRun((start, count) -> shown.add(List.of(start, count)));
    return shown;
  }

  private List<List<Long>> expectedRuns() {
    List<List<Long>> found = new ArrayList<>();
    for (long block : expected.keySet()) {
      if (!expected.containsKey(block - 1)) {
        found.add(List.of(block, expectedMissingFrom(block) - block));
      }
    }
    return found;
  }

  @Test
  void nothingFollowsTheLastBlock() {
    runs.put(7L, new byte[1]);

    Iterator<Map.Entry<Long, byte[]>> blocks = runs.entrySet().iterator();
    blocks.next();

    assertThat(blocks.hasNext()).isFalse();
    assertThatThrownBy(blocks::next).isInstanceOf(NoSuchElementException.class);
  }
}
