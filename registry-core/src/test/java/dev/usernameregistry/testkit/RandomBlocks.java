package dev.usernameregistry.testkit;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Values for many blocks, the same in every run. */
public final class RandomBlocks {
  private static final int BYTES_MAX = 300;

  private RandomBlocks() {}

  /** Returns {@code count} values of 0 to 299 random bytes. */
  public static List<byte[]> of(int count) {
    Random random = new Random(1);
    return IntStream.range(0, count)
        .mapToObj(
            n -> {
              byte[] value = new byte[random.nextInt(BYTES_MAX)];
              random.nextBytes(value);
              return value;
            })
        .toList();
  }
}
