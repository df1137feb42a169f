package dev.usernameregistry.net.udx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Ranges behave as a plain set of numbers does, around the wrap too. */
class SeqRangesTest {
  private static final int SPAN = 60;

  @Test
  void rangesAreTheSetOfNumbersThatWereAdded() {
    Random random = new Random(1);
    for (int run = 0; run < 2_000; run++) {
      int base = run % 2 == 0 ? 0 : -SPAN / 2;
      SeqRanges ranges = new SeqRanges();
      boolean[] model = new boolean[SPAN + 1];
      for (int i = 0; i < 20; i++) {
        int start = random.nextInt(SPAN);
        int end = start + 1 + random.nextInt(Math.min(6, SPAN - start));
        if (random.nextInt(8) == 0) {
          ranges.removeBefore(base + start);
          Arrays.fill(model, 0, start, false);
        } else {
          ranges.add(base + start, base + end);
          Arrays.fill(model, start, end, true);
        }
        assertSame(ranges, model, base);
      }
    }
  }

  private static void assertSame(SeqRanges ranges, boolean[] model, int base) {
    boolean[] found = new boolean[model.length];
    for (int i = 0; i < ranges.count(); i++) {
      assertThat(ranges.end(i) - ranges.start(i)).isPositive();
      assertThat(i == 0 || ranges.start(i) - ranges.end(i - 1) > 0).isTrue();
      Arrays.fill(found, ranges.start(i) - base, ranges.end(i) - base, true);
    }
    assertThat(found).isEqualTo(model);
    for (int i = 0; i < SPAN; i++) {
      int skipped = i;
      while (model[skipped]) {
        skipped++;
      }
      assertThat(ranges.skip(base + i)).isEqualTo(base + skipped);
    }
  }
}
