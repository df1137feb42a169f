package dev.usernameregistry.examples.shell;

import dev.usernameregistry.examples.shell.Answers.SwarmStage;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.SwarmStatus.TopicStatus;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Tells how a swarm gets on until every topic is joined, so that nobody wonders at silence. */
final class SwarmNews implements AutoCloseable {
  private static final long LOOK_MILLIS = 100;

  /** How long the DHT may take before it is told that nobody answers. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Supplier<SwarmStatus> swarm;
  private final BiConsumer<SwarmStage, SwarmStatus> news;
  private final long startNanos = System.nanoTime();

  /** Only the looking thread uses it. */
  private final Set<SwarmStage> told = EnumSet.noneOf(SwarmStage.class);

  /** Guarded by this. */
  private boolean closed;

  SwarmNews(Supplier<SwarmStatus> swarm, BiConsumer<SwarmStage, SwarmStatus> news) {
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

  private void look(SwarmStatus status) {
    boolean entered = status.bootstrapped() && status.nodes() > 0;
    if (entered) {
      tellOnce(SwarmStage.ENTERED, status);
    } else if (status.bootstrapped() || System.nanoTime() - startNanos > PATIENCE.toNanos()) {
      tellOnce(SwarmStage.NO_ANSWER, status);
    }
    List<TopicStatus> topics = status.topics();
    if (entered && !topics.isEmpty() && topics.stream().allMatch(TopicStatus::refreshed)) {
      tellOnce(SwarmStage.JOINED, status);
    }
  }

  private void tellOnce(SwarmStage stage, SwarmStatus status) {
    if (told.add(stage)) {
      news.accept(stage, status);
    }
  }

  /** Tells nothing from now on. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
  }
}
