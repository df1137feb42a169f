package dev.usernameregistry.examples.shell;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The ways in which people usually write one name in upper and lower case. */
final class OtherCases {
  private static final Pattern WORD_START = Pattern.compile("(?<!\\p{L})\\p{L}");
  private static final Pattern FIRST = Pattern.compile("^\\p{L}");

  private OtherCases() {}

  /** Returns the others: "alice_b", "ALICE_B", "Alice_b" and "alice_B" for "Alice_B". */
  static Set<String> of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    Set<String> others = new LinkedHashSet<>();
    others.add(lower);
    others.add(name.toUpperCase(Locale.ROOT));
    others.add(FIRST.matcher(lower).replaceAll(OtherCases::upper));
    others.add(WORD_START.matcher(lower).replaceAll(OtherCases::upper));
    others.add(FIRST.matcher(name).replaceAll(OtherCases::lower));
    others.add(FIRST.matcher(name).replaceAll(OtherCases::upper));
    others.remove(name);
    return others;
  }

  private static String upper(MatchResult letter) {
    return letter.group().toUpperCase(Locale.ROOT);
  }

  private static String lower(MatchResult letter) {
    return letter.group().toLowerCase(Locale.ROOT);
  }
}
