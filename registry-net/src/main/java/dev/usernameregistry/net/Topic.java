package dev.usernameregistry.net;

import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Objects;

/**
 * What peers meet on: whoever joins the same 32 bytes finds the others. A topic is no secret from
 * the nodes of the DHT, which answer for it.
 *
 * @param key the 32 bytes
 */
public record Topic(Key key) {
  private static final String DIGITS = "[0-9a-fA-F]{64}";

  /**
   * Parses 64 hexadecimal digits, in either case.
   *
   * @throws IllegalArgumentException if {@code hex} is anything else
   */
  public static Topic fromHex(String hex) {
    Objects.requireNonNull(hex, "hex");
    if (!hex.matches(DIGITS)) {
      throw new IllegalArgumentException(
          "a topic is 64 hexadecimal digits, got %d characters; use Topic.of for any other text"
              .formatted(hex.length()));
    }
    return new Topic(Key.fromHex(hex));
  }

  /**
   * Returns the topic of a text that people agree on: the BLAKE2b hash of its UTF-8 bytes, as
   * {@code hash} of the npm package hypercore-crypto computes it. Every character counts, also a
   * blank at an end, which is better left out.
   *
   * @throws IllegalArgumentException if {@code text} is blank, or 64 hexadecimal digits, which
   *     {@link #fromHex} takes
   */
  public static Topic of(String text) {
    Objects.requireNonNull(text, "text");
    if (text.matches(DIGITS)) {
      throw new IllegalArgumentException(
          "these are the digits of a topic, which would be hashed: use Topic.fromHex, for " + text);
    }
    if (text.isBlank()) {
      throw new IllegalArgumentException("a topic needs a text, got a blank one");
    }
    return new Topic(Key.of(Blake2b.hash(text.getBytes(StandardCharsets.UTF_8))));
  }

  /** Returns a topic that nobody else has. */
  public static Topic random(SecureRandom random) {
    byte[] bytes = new byte[Key.BYTES];
    random.nextBytes(bytes);
    return new Topic(Key.of(bytes));
  }

  /** Returns 64 lower-case hexadecimal digits. */
  public String hex() {
    return key.hex();
  }

  @Override
  public String toString() {
    return key.hex();
  }
}
