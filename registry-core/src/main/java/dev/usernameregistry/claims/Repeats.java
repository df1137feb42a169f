package dev.usernameregistry.claims;

import dev.usernameregistry.crypto.Key;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What claims that are read one after another mostly have in common: the registry, its public key,
 * and what its owner calls itself. What is as in the claim before is the same object, which is
 * faster than to make it anew, and takes no memory. Remembers one claim. Not thread-safe.
 */
final class Repeats {
  private final Text publicKeys = new Text();
  private final Text registrants = new Text();
  private byte[] registryBytes = {};
  private @Nullable Key registry;
  private @Nullable Key digitsOf;
  private String digits = "";

  /** Returns the key that {@code row} begins with. */
  Key registry(byte[] row) {
    Key last = registry;
    if (last != null && Arrays.equals(registryBytes, 0, Key.BYTES, row, 0, Key.BYTES)) {
      return last;
    }
    registryBytes = Arrays.copyOf(row, Key.BYTES);
    Key next = Key.of(registryBytes);
    registry = next;
    return next;
  }

  /** Returns the text of the bytes {@code from <= offset < to} of {@code row}. */
  String publicKey(byte[] row, int from, int to) {
    return publicKeys.of(row, from, to);
  }

  /** Returns the text of the bytes {@code from <= offset < to} of {@code row}. */
  String registeredBy(byte[] row, int from, int to) {
    return registrants.of(row, from, to);
  }

  /** Returns the hexadecimal digits of {@code key}. */
  String digits(Key key) {
    Key last = digitsOf;
    if (last == null || !last.equals(key)) {
      digits = key.hex();
      digitsOf = key;
    }
    return digits;
  }

  /** The last text of one field. */
  private static final class Text {
    private byte[] utf8 = {};
    private String text = "";

    String of(byte[] row, int from, int to) {
      if (!Arrays.equals(utf8, 0, utf8.length, row, from, to)) {
        utf8 = Arrays.copyOfRange(row, from, to);
        text = new String(utf8, StandardCharsets.UTF_8);
      }
      return text;
    }
  }
}
