package dev.usernameregistry.examples.shell;

import dev.usernameregistry.net.TcpNetwork.Dial;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells once which of the addresses to connect to could not be reached at first, and why. What it
 * hears before it may tell is told then.
 */
final class DialNews implements AutoCloseable {
  // All guarded by this.
  private final Set<String> addresses = new HashSet<>();
  private final List<Dial> early = new ArrayList<>();
  private Consumer<Dial> news = early::add;

  /** Hears of an address that it was reached, or was not. */
  synchronized void heard(Dial dial) {
    if (addresses.add(dial.address()) && !dial.connected()) {
      news.accept(dial);
    }
  }

  /** Tells from now on. */
  synchronized void begin(Consumer<Dial> listener) {
    news = listener;
    early.forEach(listener);
    early.clear();
  }

  /** Tells nothing from now on. */
  @Override
  public synchronized void close() {
    news = dial -> {};
  }
}
