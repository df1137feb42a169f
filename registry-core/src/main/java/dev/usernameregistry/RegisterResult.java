package dev.usernameregistry;

import dev.usernameregistry.claims.Registration;

/** What became of an attempt to register a name. */
public sealed interface RegisterResult {

  /** Returns the registration that holds the name now: one's own, or the owner's. */
  Registration registration();

  /**
   * The name is now registered here, durably.
   *
   * @param sync what was known of the peers when the name was found to be free; if it is not
   *     complete or of no peers, somebody who was behind or away may hold an older claim; even if
   *     it is complete, one that was made a moment ago may still be under way
   */
  record Registered(Registration registration, SyncReport sync) implements RegisterResult {}

  /**
   * The name was one's own before. If a profile was given it is now the registration's; the time of
   * registration stays.
   */
  record AlreadyYours(Registration registration) implements RegisterResult {}

  /** Somebody else has the name; nothing was written. */
  record Taken(Registration registration) implements RegisterResult {}
}
