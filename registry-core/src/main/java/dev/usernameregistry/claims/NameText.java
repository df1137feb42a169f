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
    return isText(name) ? Optional.of(name.getBytes(StandardCharsets.UTF_8)) : Optional.empty();
  }

  /** Returns whether there is no half of a surrogate pair. */
  static boolean isText(String text) {
    for (int at = 0; at < text.length(); ) {
      int character = text.codePointAt(at);
      if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
        return false;
      }
      at += Character.charCount(character);
    }
    return true;
  }

  /**
   * Returns why no registry can hold {@code name}, whatever the policy, as a sentence for people;
   * empty if it can.
   */
  public static Optional<String> problem(String name) {
    Optional<byte[]> bytes = bytes(name);
    if (bytes.isEmpty()) {
      return Optional.of("it has half a character; a name is Unicode text");
    }
    int length = bytes.get().length;
    return length > RegistrationRecord.NAME_BYTES_MAX
        ? Optional.of(
            "it has "
                + length
                + " bytes of UTF-8; a name has at most "
                + RegistrationRecord.NAME_BYTES_MAX)
        : Optional.empty();
  }
}
