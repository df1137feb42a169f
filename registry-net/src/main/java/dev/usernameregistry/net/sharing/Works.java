package dev.usernameregistry.net.sharing;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.replication.Work;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works that wait for the disk. A thread that has time takes several of them, does one after
 * another, and hands their results back in one go. Safe from any thread.
 */
final class Works {
  private static final Logger LOG = LoggerFactory.getLogger(Works.class);

  /** Works that one thread takes at a time: the first result waits for the last. */
  private static final int TAKEN_MAX = 16;

  private final Executor threads;
  private final LoopQueue results;

  // Both guarded by this.
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private int called; // threads that were asked for and have not come yet, at most one for a work

  Works(Executor threads, LoopQueue results) {
    this.threads = threads;
    this.results = results;
  }

  /** Has {@code work} done, and after that, also if it fails, {@code finish} run on the loop. */
  void submit(Work work, Log log, LongConsumer finish) {
    if (add(new Waiting(work, log, finish))) {
      threads.execute(this::runSome);
    }
  }

  /** Returns whether one more thread is to come. */
  private synchronized boolean add(Waiting next) {
    waiting.add(next);
    boolean call = called < waiting.size();
    called += call ? 1 : 0;
    return call;
  }

  private void runSome() {
    List<Waiting> taken = take();
    if (!taken.isEmpty()) {
      taken.forEach(Waiting::run);
      results.addAll(taken.stream().map(Waiting::finish).toList());
    }
  }

  /** Leaves half of what waits to other threads; nothing is left if they have taken it. */
  private synchronized List<Waiting> take() {
    called--;
    int count = Math.min(TAKEN_MAX, (waiting.size() + 1) / 2);
    List<Waiting> taken = new ArrayList<>(count);
    while (taken.size() < count) {
      taken.add(waiting.remove());
    }
    return taken;
  }

  private record Waiting(Work work, Log log, LongConsumer finish) {

    /** A work that fails by an error in this library keeps none of the others from being done. */
    void run() {
      try {
        work.run();
      } catch (RuntimeException | Error bug) {
        LOG.error("work on log {} failed", log.key(), bug);
      }
    }
  }
}
