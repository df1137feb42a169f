package dev.usernameregistry.net.peering;

import dev.usernameregistry.testkit.SeededRandom;
import java.security.SecureRandom;

/** Gives out bytes that a test chose, when first asked for so many; else the same in every run. */
final class ChosenRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final SecureRandom others;

  /** What is given out first, all at once; empty when it was. */
  private byte[] chosen;

  ChosenRandom(long seed, byte[] chosen) {
    this.others = new SeededRandom(seed);
    this.chosen = chosen;
  }

  @Override
  public void nextBytes(byte[] bytes) {
    if (bytes.length > 0 && bytes.length == chosen.length) {
      System.arraycopy(chosen, 0, bytes, 0, bytes.length);
      chosen = new byte[0];
    } else {
      others.nextBytes(bytes);
    }
  }
}
