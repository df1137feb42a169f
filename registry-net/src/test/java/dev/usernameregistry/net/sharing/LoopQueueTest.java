package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class LoopQueueTest {
  private final QueuedLoop loop = new QueuedLoop();
  private final List<String> done = new ArrayList<>();
  private final LoopQueue queue = new LoopQueue(loop, now -> done.add("after at " + now));

  @Test
  void whatCameTogetherIsDoneInOneGo() {
    queue.add(now -> done.add("one at " + now));
    queue.add(now -> done.add("two"));
    queue.add(now -> done.add("three"));

    assertThat(loop.tasks).hasSize(1);
    loop.runAll();
    assertThat(done).containsExactly("one at 7", "two", "three", "after at 7");
  }

  @Test
  void aChangeThatFailsKeepsNoOtherFromBeingMade() {
    LongConsumer failing =
        now -> {
          throw new IllegalStateException("on purpose");
        };
    queue.add(failing);
    queue.add(now -> done.add("made"));

    loop.runAll();
    assertThat(done).containsExactly("made", "after at 7");
  }

  @Test
  void ofManyChangesTheLoopMakesSomeAtATime() {
    for (int i = 0; i < 200; i++) {
      queue.add(now -> done.add("made"));
    }

    loop.tasks.remove().run();
    assertThat(done).hasSizeLessThan(100).endsWith("after at 7");
    loop.runAll();
    assertThat(done.stream().filter("made"::equals)).hasSize(200);
  }

  @Test
  void whatAChangeAddsIsMadeToo() {
    queue.add(now -> queue.add(later -> done.add("added")));

    loop.runAll();
    assertThat(done).contains("added").endsWith("after at 7");
    queue.add(now -> done.add("later"));
    loop.runAll();
    assertThat(done).contains("later");
  }
}
