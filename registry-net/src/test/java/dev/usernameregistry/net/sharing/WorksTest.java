package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.TestPeer;
import dev.usernameregistry.net.replication.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorksTest {
  private final Log log = new TestPeer(1).create("log");
  private final List<Runnable> calls = new ArrayList<>();
  private final QueuedLoop loop = new QueuedLoop();
  private final List<String> done = new ArrayList<>();
  private final Works works = new Works(calls::add, new LoopQueue(loop, now -> {}));

  @Test
  void aThreadTakesHalfOfWhatWaitsAndHandsItBackInOneGo() {
    for (int i = 0; i < 8; i++) {
      submit("" + i);
    }

    calls.remove(0).run();
    assertThat(done).containsExactly("ran 0", "ran 1", "ran 2", "ran 3");
    assertThat(loop.tasks).hasSize(1);
    loop.runAll();
    assertThat(done.subList(4, 8))
        .containsExactly("finished 0", "finished 1", "finished 2", "finished 3");
  }

  @Test
  void aWorkThatFailsIsFinishedAndKeepsNoOtherFromBeingDone() {
    works.submit(
        new Named("bad") {
          @Override
          public void run() {
            throw new IllegalStateException("on purpose");
          }
        },
        log,
        now -> done.add("finished bad"));
    submit("good");
    submit("other");

    while (!calls.isEmpty()) {
      calls.remove(0).run();
    }
    loop.runAll();
    assertThat(done)
        .containsExactlyInAnyOrder(
            "finished bad", "ran good", "finished good", "ran other", "finished other");
  }

  @Test
  void eachWorkIsDoneOnceInWhateverOrderThreadsComeAndWorksAreAdded() {
    Random random = new Random(1);
    int submitted = 0;
    while (submitted < 1_000 || !calls.isEmpty()) {
      if (submitted < 1_000 && random.nextInt(3) > 0) {
        submit("" + submitted++);
      } else if (!calls.isEmpty()) {
        calls.remove(random.nextInt(calls.size())).run();
      }
    }
    loop.runAll();
    assertThat(done).hasSize(2_000).doesNotHaveDuplicates();
  }

  private void submit(String name) {
    works.submit(new Named(name), log, now -> done.add("finished " + name));
  }

  private class Named implements Work {
    private final String name;

    Named(String name) {
      this.name = name;
    }

    @Override
    public void run() {
      done.add("ran " + name);
    }

    @Override
    public void finish(long nowNanos) {
      throw new AssertionError("the owner finishes its works");
    }
  }
}
