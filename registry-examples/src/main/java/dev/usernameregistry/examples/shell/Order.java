package dev.usernameregistry.examples.shell;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.examples.terminal.NotJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One line typed at the shell: a command, its words, and the JSON at its end.
 *
 * @param verb the command
 * @param words as many as the command takes, none of them empty
 * @param json an object; only with a command that takes one
 */
record Order(Verb verb, List<String> words, Optional<ObjectNode> json) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /**
   * Parses a line that is not blank.
   *
   * @throws IllegalArgumentException saying what is wrong with it and what is right
   */
  static Order parse(String line) {
    Rest rest = new Rest(line);
    String word = rest.nextWord();
    Verb verb = verb(word);
    List<String> words = new ArrayList<>();
    while (words.size() < verb.wordsMax() && !rest.isEmpty()) {
      words.add(rest.nextWord());
    }
    if (words.size() < verb.wordsMin() || (verb.needsJson() && rest.isEmpty())) {
      throw new IllegalArgumentException(
          verb.argument(words.size()) + " is missing; the command is: " + verb.usage());
    }
    if (!verb.takesJson() && !rest.isEmpty()) {
      throw new IllegalArgumentException(
          "'" + rest.text + "' is too much; the command is: " + verb.usage());
    }
    return new Order(verb, List.copyOf(words), rest.json(verb));
  }

  /**
   * Returns the command called {@code word}.
   *
   * @throws IllegalArgumentException if there is none, with what may be meant
   */
  static Verb verb(String word) {
    return Verb.named(word)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no command '" + word + "'; " + meant(word) + "help lists them"));
  }

  private static String meant(String word) {
    return Verb.near(word).map(verb -> "did you mean " + verb.word() + "? ").orElse("");
  }

  /** What is left of a line. */
  private static final class Rest {
    private String text;

    Rest(String line) {
      text = line.strip();
    }

    boolean isEmpty() {
      return text.isEmpty();
    }

    String nextWord() {
      String[] parts = text.split("\\s+", 2);
      text = parts.length == 2 ? parts[1] : "";
      return parts[0];
    }

    Optional<ObjectNode> json(Verb verb) {
      if (text.isEmpty()) {
        return Optional.empty();
      }
      JsonNode node;
      try {
        node = JSON.readTree(text);
      } catch (JacksonException e) {
        if (!text.startsWith("{")) {
          throw new IllegalArgumentException(
              "'"
                  + text
                  + "' is not expected: a name ends at its first blank, even in quotes, and only a"
                  + " profile may follow, a JSON object as in {\"city\": \"Oslo\"}; the command is: "
                  + verb.usage(),
              e);
        }
        throw new IllegalArgumentException(
            "the profile, all after the name, is not JSON ("
                + NotJson.reason(e)
                + "); as in {\"city\": \"Oslo\"}",
            e);
      }
      if (node instanceof ObjectNode object) {
        return Optional.of(object);
      }
      throw new IllegalArgumentException(
          "the profile is a JSON object, as in {\"city\": \"Oslo\"}; got "
              + node.getNodeType().name().toLowerCase(Locale.ROOT));
    }
  }
}
