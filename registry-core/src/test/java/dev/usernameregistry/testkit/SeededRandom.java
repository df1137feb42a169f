package dev.usernameregistry.testkit;

import java.security.SecureRandom;
import java.util.Random;

/** The same bytes in every run, for what asks for a {@link SecureRandom}. */
public final class SeededRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final Random random;

  /** Starts from {@code seed}. */
  public SeededRandom(long seed) {
    random = new Random(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    random.nextBytes(bytes);
  }
}
