package dev.usernameregistry;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;

/**
 * A name went from one registry to another: because the owner gave it up and somebody else claims
 * it too, or because a claim goes before the owner's.
 *
 * @param previous the registration that was answered until now
 * @param owner the registration that is answered from now on
 * @param givenUp whether the previous owner's registry does not claim the name any more: there it
 *     was released or renamed, or its record made unusable, or the log was cut, or the whole
 *     registry was forgotten here; else it does, and the new owner's claim goes before it
 * @param reason why, for people
 */
public record OwnerChange(
    Registration previous, Registration owner, boolean givenUp, String reason) {

  /**
   * Returns whether a registry has lost the name: it had it, did not give it up, and somebody else
   * has it now.
   */
  public boolean isLossOf(Key registryKey) {
    return !givenUp && previous.registryKey().equals(registryKey);
  }

  /** Returns the name. */
  public String username() {
    return owner.username();
  }
}
