package dev.usernameregistry.claims;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says which names are allowed. All peers that shall agree on who owns what need the same policy:
 * the name of a peer that breaks it is counted, not listed. Called from any thread.
 */
public interface NamePolicy {

  /**
   * Returns what is wrong with {@code name} and what is allowed, as a sentence for people; empty if
   * the name is allowed. Depends on the name alone.
   */
  Optional<String> problem(String name);

  /**
   * Returns a text that names this policy. It is stored with the index, which is built anew when
   * another text is found, so a new rule needs a new text.
   */
  String id();

  /** Returns the original application's: 3 to 20 letters a-z and A-Z, digits and underscores. */
  static NamePolicy standard() {
    return StandardNames.INSTANCE;
  }

  /**
   * Allows the names that match the whole of {@code pattern}.
   *
   * @param allowed completes the sentence "a name is …", for example "1 to 8 small letters"
   */
  static NamePolicy matching(Pattern pattern, String allowed) {
    return new MatchingNames(pattern, allowed);
  }
}
