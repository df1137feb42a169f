package dev.usernameregistry.examples.doctor;

/** Who is told what the doctor does and finds. Called by one thread at a time. */
interface Report {

  /** Told at once when a check begins, and once a second while it goes on. */
  void waiting(Check check, long secondsLeft);

  /** Told once for each check. */
  void found(Check check, Finding finding, long millis);

  /**
   * Told at the end.
   *
   * @param well whether nothing is ill
   */
  void done(boolean well);

  /** Told in place of the end, if the doctor was stopped before it. */
  void stopped();
}
