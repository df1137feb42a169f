package dev.usernameregistry.examples.bench.registry;

/** The names that are registered; {@code registry-bench.mjs} makes the same. */
final class Names {
  /** No multiple of a count that is used, so that steps of it visit every name once. */
  private static final long STEP = 7919;

  private Names() {}

  /** Returns the name with a number. */
  static String name(long number) {
    return "name_" + digits(number);
  }

  /** Returns a name that nobody registers. */
  static String free(long number) {
    return "free_" + digits(number);
  }

  /** Returns seven digits; not by a format, which would take longer than looking up a name. */
  private static String digits(long number) {
    return String.valueOf(10_000_000 + number).substring(1);
  }

  /** Returns the number to ask for at the {@code turn}-th turn: all of them, in a mixed order. */
  static long mixed(long turn, long count) {
    return turn * STEP % count;
  }
}
