package dev.usernameregistry.examples.shell;

import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.net.TcpNetwork;
import dev.usernameregistry.net.TcpNetwork.Dial;
import java.time.Duration;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells once which of the addresses to connect to could not be reached at first, and why. */
final class DialNews implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DialNews.class);

  /** An attempt to connect takes 10 s at most. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final UsernameRegistry registry;
  private final TcpNetwork network;
  private final Consumer<Dial> news;

  /** Guarded by this. */
  private boolean closed;

  /**
   * @param network that of {@code registry}
   */
  DialNews(UsernameRegistry registry, TcpNetwork network, Consumer<Dial> news) {
    this.registry = registry;
    this.network = network;
    this.news = news;
  }

  /** Tells when each address was tried, and those that answered have told what they have. */
  void begin() {
    Thread waiting = new Thread(this::await, "dial-news");
    waiting.setDaemon(true);
    waiting.start();
  }

  private void await() {
    try {
      registry.awaitSynced(PATIENCE);
      tell();
    } catch (IllegalStateException closing) {
      LOG.debug("not told who was not reached: {}", closing.getMessage());
    }
  }

  private synchronized void tell() {
    if (!closed) {
      network.dials().stream().filter(dial -> dial.trouble().isPresent()).forEach(news);
    }
  }

  /** Tells nothing from now on. */
  @Override
  public synchronized void close() {
    closed = true;
  }
}
