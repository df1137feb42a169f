package dev.usernameregistry.examples.shell;

import dev.usernameregistry.examples.shell.Answers.SwarmStage;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Tells how a swarm gets on until every topic is joined, so that nobody wonders at silence. */
final class SwarmNews implements AutoCloseable {
  private static final long LOOK_MILLIS = 100;

  private final Supplier<SwarmStanding> swarm;
  private final BiConsumer<SwarmStage, SwarmStanding> news;

  /** Only the looking thread uses it. */
  private final Set<SwarmStage> told = EnumSet.noneOf(SwarmStage.class);

  /** Guarded by this. */
  private boolean closed;

  SwarmNews(Supplier<SwarmStanding> swarm, BiConsumer<SwarmStage, SwarmStanding> news) {
    this.swarm = swarm;
    this.news = news;
  }

  /** Begins to tell; ends by itself when there is nothing more to tell. */
  void begin() {
    Thread looking = new Thread(this::lookOn, "swarm-news");
    looking.setDaemon(true);
    looking.start();
  }

  /** Looks again and again until all is told. */
  synchronized void lookOn() {
    try {
      while (!closed && !told.contains(SwarmStage.JOINED)) {
        look(swarm.get());
        wait(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(SwarmStanding swarm) {
    if (swarm.entered()) {
      tellOnce(SwarmStage.ENTERED, swarm);
    } else if (swarm.trouble().isPresent() && !swarm.early()) {
      tellOnce(SwarmStage.NO_ANSWER, swarm);
    }
    if (swarm.joined()) {
      tellOnce(SwarmStage.JOINED, swarm);
    }
  }

  private void tellOnce(SwarmStage stage, SwarmStanding swarm) {
    if (told.add(stage)) {
      news.accept(stage, swarm);
    }
  }

  /** Tells nothing from now on. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
