package dev.usernameregistry.claims;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Names as the bytes that they are in a registry and in the index. */
public final class NameText {

  private NameText() {}

  /**
   * Returns the UTF-8 bytes of {@code name}; empty if it has half of a surrogate pair. That is no
   * text and so nobody's name, but its bytes would be those of another one, with a question mark.
   */
  public static Optional<byte[]> bytes(String name) {
    for (int at = 0; at < name.length(); ) {
      int character = name.codePointAt(at);
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        return Optional.empty();
      }
      at += Character.charCount(character);
    }
    return Optional.of(name.getBytes(StandardCharsets.UTF_8));
  }
}
