package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

class LoopQueueTest {
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private final LoopQueue queue = new LoopQueue(new Tasks(), () -> done.add("after"));

  @Test
  void whatCameTogetherIsDoneInOneGo() {
    queue.add(now -> done.add("one at " + now));
    queue.addAll(List.of(now -> done.add("two"), now -> done.add("three")));

    assertThat(tasks).hasSize(1);
    run();
    assertThat(done).containsExactly("one at 7", "two", "three", "after");
  }

  @Test
  void aChangeThatFailsKeepsNoOtherFromBeingMade() {
    LongConsumer failing =
        now -> {
          throw new IllegalStateException("on purpose");
        };
    queue.addAll(List.of(failing, now -> done.add("made")));

    run();
    assertThat(done).containsExactly("made", "after");
  }

  @Test
  void ofManyChangesTheLoopMakesSomeAtATime() {
    for (int i = 0; i < 200; i++) {
      queue.add(now -> done.add("made"));
    }

    tasks.remove().run();
    assertThat(done).hasSizeLessThan(100).endsWith("after");
    run();
    assertThat(done.stream().filter("made"::equals)).hasSize(200);
  }

  @Test
  void whatAChangeAddsIsMadeToo() {
    queue.add(now -> queue.add(later -> done.add("added")));

    run();
    assertThat(done).contains("added").endsWith("after");
    queue.add(now -> done.add("later"));
    run();
    assertThat(done).contains("later");
  }

  private void run() {
    for (Runnable task; (task = tasks.poll()) != null; ) {
      task.run();
    }
  }

  private final class Tasks implements Loop {
    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public long nowNanos() {
      return 7;
    }
  }
}
