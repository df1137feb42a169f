package dev.usernameregistry;

import dev.usernameregistry.claims.Registration;

/** What became of an attempt to rename. Only {@link Renamed} changed anything. */
public sealed interface RenameResult {

  /**
   * The new name is registered here and the old one is released, both durably.
   *
   * @param registration of the new name, with the old one's profile and the present time
   * @param sync what was known of the peers when the new name was found to be free
   */
  record Renamed(Registration registration, SyncReport sync) implements RenameResult {}

  /** Somebody else has the new name; the old one stays. */
  record Taken(Registration registration) implements RenameResult {}

  /** The new name is one's own already, with a record of its own; both stay as they are. */
  record AlreadyYours(Registration registration) implements RenameResult {}

  /** The old name is not in one's own registry. */
  record NotYours(String username) implements RenameResult {}
}
