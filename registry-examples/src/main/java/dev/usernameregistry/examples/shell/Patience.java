package dev.usernameregistry.examples.shell;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people that an answer is waited for, so that nobody wonders at silence. An answer that
 * comes soon has nothing told before it, and none has anything told behind it.
 */
final class Patience {
  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  private final Executor later;
  private final Supplier<Standing> standing;
  private final BiConsumer<Standing, Duration> news;

  /**
   * @param later runs a task when people begin to wonder, on any thread; or never
   * @param standing says how the registry stands; may take its time
   * @param news is told that, and how long the answer may take at most
   */
  Patience(Executor later, Supplier<Standing> standing, BiConsumer<Standing, Duration> news) {
    this.later = later;
    this.standing = standing;
    this.news = news;
  }

  /** Returns the answer to {@code question}, which takes at most {@code atMost}. */
  <T> T await(Duration atMost, Supplier<T> question) {
    Wait wait = new Wait(atMost);
    later.execute(wait::tell);
    try {
      return question.get();
    } finally {
      wait.end();
    }
  }

  /** The time until one answer. */
  private final class Wait {
    private final Duration atMost;

    /** Written with this locked, so that nothing is told afterwards. */
    private volatile boolean over;

    Wait(Duration atMost) {
      this.atMost = atMost;
    }

    void tell() {
      if (over) {
        return;
      }
      try {
        tell(standing.get());
      } catch (IllegalStateException e) {
        LOG.debug("the registry was closed meanwhile, as its user is told", e);
      }
    }

    private synchronized void tell(Standing now) {
      if (!over) {
        news.accept(now, atMost);
      }
    }

    /** Tells nothing from now on. */
    synchronized void end() {
      over = true;
    }
  }
}
