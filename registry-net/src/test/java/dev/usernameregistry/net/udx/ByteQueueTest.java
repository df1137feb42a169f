package dev.usernameregistry.net.udx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bytes are found again by their offset, across the edges of chunks. */
class ByteQueueTest {
  @Test
  void copiesAreWhatWasAppended() {
    Random random = new Random(2);
    for (int run = 0; run < 50; run++) {
      ByteQueue queue = new ByteQueue();
      for (int i = 0; i < 200; i++) {
        int count = random.nextInt(random.nextInt(10) == 0 ? 100_000 : 3_000);
        queue.append(ByteBuffer.wrap(Pattern.bytes(queue.end(), count, run)));
        if (queue.size() > 0) {
          assertCopy(queue, random, run);
        }
        boolean all = random.nextInt(10) == 0;
        queue.release(all ? queue.end() : queue.start() + random.nextInt((int) queue.size() + 1));
      }
    }
  }

  private static void assertCopy(ByteQueue queue, Random random, int salt) {
    int skip = random.nextInt((int) queue.size());
    int count = random.nextInt((int) Math.min(2_000, queue.size() - skip) + 1);
    ByteBuffer out = ByteBuffer.allocate(count);
    queue.copy(queue.start() + skip, count, out);
    assertThat(out.array()).isEqualTo(Pattern.bytes(queue.start() + skip, count, salt));
  }
}
