package dev.usernameregistry.examples.doctor;

import java.time.Duration;

/** Looks whether one thing is well. */
interface Check {

  /** Returns the word that names the thing. */
  String name();

  /** Returns what is being done, for whoever waits. */
  String doing();

  /** Returns when to wait no longer. A check may take less, and says so itself if it can. */
  Duration patience();

  /**
   * Looks, and waits if need be. Interrupted when time is up.
   *
   * @throws Exception what was in the way; its message is what was found
   */
  Finding look() throws Exception;
}
