package dev.usernameregistry.examples.shell;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jline.utils.Levenshtein;

/** What the shell can be told to do. */
enum Verb {
  REGISTER("NAME [JSON]", "register a name for yourself, with a profile if you like"),
  UPDATE("NAME JSON", "give a name of yours another profile"),
  RENAME("OLD NEW", "register NEW with OLD's profile and release OLD, or do neither"),
  RELEASE("NAME", "give a name of yours up"),
  LOOKUP("NAME", "say who has a name"),
  WHOIS("PUBLICKEY", "say which names have this public key"),
  LIST("[PREFIX]", "list all names, or those that begin with PREFIX"),
  MINE("", "list your own names, and who has those that you have lost"),
  CLAIMS("NAME", "list everyone who holds a name, its owner first"),
  REGISTRIES("", "list the registries known here"),
  PEERS("", "list the peers connected now"),
  STATUS("", "say whether you are in sync and can be reached"),
  SYNC("[SECONDS]", "wait until all that the peers announced is here (5 seconds)"),
  FOLLOW("KEY", "fetch a registry by its key from any peer that has it"),
  FORGET(
      "KEY",
      "drop a registry, by 4 digits or more, until its owner tells it again or you follow it"),
  HELP("[COMMAND]", "list the commands, or say what COMMAND does"),
  QUIT("", "leave; so do exit and the end of input");

  private static final String ALSO_QUIT = "exit";

  /** What people type who know other programs, beside what is meant. */
  private static final Map<String, Verb> OTHER_WORDS =
      Map.of(
          "?", HELP,
          "add", REGISTER,
          "unregister", RELEASE,
          "delete", RELEASE,
          "remove", RELEASE,
          "find", LOOKUP,
          "unfollow", FORGET);

  /** Letters that may be wrong, missing, too many or in the wrong order. */
  private static final int TYPOS_MAX = 2;

  /** Whatever is longer is like no command. */
  private static final int LONGEST_NEAR = 20;

  private final String arguments;
  private final String summary;

  Verb(String arguments, String summary) {
    this.arguments = arguments;
    this.summary = summary;
  }

  /** Returns the command called {@code word}, in any case; empty if there is none. */
  static Optional<Verb> named(String word) {
    return word.equalsIgnoreCase(ALSO_QUIT)
        ? Optional.of(QUIT)
        : Arrays.stream(values()).filter(verb -> verb.word().equalsIgnoreCase(word)).findFirst();
  }

  /**
   * Returns the command that {@code word} means elsewhere, or is most like, or begins; empty if it
   * is like none.
   */
  static Optional<Verb> near(String word) {
    String typed = word.toLowerCase(Locale.ROOT);
    if (OTHER_WORDS.containsKey(typed)) {
      return Optional.ofNullable(OTHER_WORDS.get(typed));
    }
    if (typed.length() > LONGEST_NEAR) {
      return Optional.empty();
    }
    ToIntFunction<Verb> typos =
        verb -> {
          int distance = Levenshtein.distance(typed, verb.word());
          return verb.word().startsWith(typed) ? Math.min(distance, TYPOS_MAX) : distance;
        };
    return Arrays.stream(values())
        .filter(verb -> typos.applyAsInt(verb) <= TYPOS_MAX)
        .min(Comparator.comparingInt(typos));
  }

  /** Returns what to type. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the command with what it takes. */
  String usage() {
    return (word() + " " + arguments).strip();
  }

  /** Returns what it does. */
  String summary() {
    return summary;
  }

  /** Returns what stands at this place behind the command, as in its usage; the first is 0. */
  String argument(int place) {
    return argumentStream().skip(place).findFirst().orElseThrow();
  }

  /** Returns how many words must follow. */
  int wordsMin() {
    return (int) argumentStream().filter(word -> !word.startsWith("[")).count() - jsonNeeded();
  }

  /** Returns how many words may follow; JSON at the end is not one of them. */
  int wordsMax() {
    return (int) argumentStream().filter(word -> !word.contains("JSON")).count();
  }

  /** Returns whether JSON may stand at the end. */
  boolean takesJson() {
    return arguments.contains("JSON");
  }

  /** Returns whether JSON must stand at the end. */
  boolean needsJson() {
    return arguments.endsWith(" JSON");
  }

  private int jsonNeeded() {
    return needsJson() ? 1 : 0;
  }

  private Stream<String> argumentStream() {
    return Arrays.stream(arguments.split(" ", -1)).filter(word -> !word.isEmpty());
  }
}
