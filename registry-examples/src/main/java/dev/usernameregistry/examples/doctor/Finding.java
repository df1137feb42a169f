package dev.usernameregistry.examples.doctor;

/**
 * What came out of a check.
 *
 * @param state whether something must be done
 * @param found what was seen
 * @param advice what to do about it; empty if nothing need be
 */
record Finding(State state, String found, String advice) {

  /** Whether something must be done, and the word for it. */
  enum State {
    /** Nothing need be done. */
    WELL("well"),
    /** It works, but not as well as it could. */
    ODD("odd"),
    /** Something must be done. */
    ILL("ill"),
    /** It could not be looked at, or nobody asked. */
    SKIPPED("skipped");

    private final String word;

    State(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static Finding well(String found) {
    return new Finding(State.WELL, found, "");
  }

  static Finding odd(String found, String advice) {
    return new Finding(State.ODD, found, advice);
  }

  static Finding ill(String found, String advice) {
    return new Finding(State.ILL, found, advice);
  }

  static Finding skipped(String found, String advice) {
    return new Finding(State.SKIPPED, found, advice);
  }
}
