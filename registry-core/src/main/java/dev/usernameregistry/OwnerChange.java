package dev.usernameregistry;

import dev.usernameregistry.claims.Registration;

/**
 * A name went from one registry to another.
 *
 * @param previous the registration that was answered until now
 * @param owner the registration that is answered from now on
 * @param reason why, for people
 */
public record OwnerChange(Registration previous, Registration owner, String reason) {

  /** Returns the name. */
  public String username() {
    return owner.username();
  }
}
