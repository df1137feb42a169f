package dev.usernameregistry;

/** Ends what {@link UsernameRegistry#subscribe} began. */
public interface Subscription extends AutoCloseable {

  /** Ends the calls; one that is under way comes to its end. Closing twice is harmless. */
  @Override
  void close();
}
