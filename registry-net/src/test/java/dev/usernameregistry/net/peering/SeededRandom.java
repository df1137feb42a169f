package dev.usernameregistry.net.peering;

import java.security.SecureRandom;
import java.util.Random;

/** The same bytes in every run; perhaps some that a test chose first. */
final class SeededRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final Random random;

  /** What is given out first, all at once. */
  private byte[] first;

  SeededRandom(long seed) {
    this(seed, new byte[0]);
  }

  SeededRandom(long seed, byte[] first) {
    this.random = new Random(seed);
    this.first = first;
  }

  @Override
  public void nextBytes(byte[] bytes) {
    if (bytes.length > 0 && bytes.length == first.length) {
      System.arraycopy(first, 0, bytes, 0, bytes.length);
      first = new byte[0];
    } else {
      random.nextBytes(bytes);
    }
  }
}
