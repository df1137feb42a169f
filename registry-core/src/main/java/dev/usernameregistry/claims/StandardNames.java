package dev.usernameregistry.claims;

import java.util.Optional;

/** Names of the original application, {@code [a-zA-Z0-9_]{3,20}}. */
enum StandardNames implements NamePolicy {
  INSTANCE;

  private static final int LENGTH_MIN = 3;
  private static final int LENGTH_MAX = 20;
  private static final String ALLOWED =
      "a name is 3 to 20 letters a-z or A-Z, digits or underscores";

  @Override
  public Optional<String> problem(String name) {
    for (int at = 0; at < name.length(); at++) {
      if (!isAllowed(name.charAt(at))) {
        return Optional.of(shown(name.codePointAt(at)) + " is not allowed; " + ALLOWED);
      }
    }
    if (name.length() < LENGTH_MIN) {
      String characters = name.length() == 1 ? " character is" : " characters are";
      return Optional.of(name.length() + characters + " too few; " + ALLOWED);
    }
    return name.length() > LENGTH_MAX
        ? Optional.of(name.length() + " characters are too many; " + ALLOWED)
        : Optional.empty();
  }

  @Override
  public String id() {
    return "[a-zA-Z0-9_]{3,20}";
  }

  private static boolean isAllowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private static String shown(int codePoint) {
    return codePoint == ' '
        ? "a space"
        : Character.isISOControl(codePoint) || !Character.isDefined(codePoint)
            ? String.format("U+%04X", codePoint)
            : "'" + Character.toString(codePoint) + "'";
  }
}
