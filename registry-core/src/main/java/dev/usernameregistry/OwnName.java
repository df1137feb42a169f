package dev.usernameregistry;

import dev.usernameregistry.claims.Registration;

/**
 * A name in one's own registry, and whose it is.
 *
 * @param registration one's own record of it
 * @param owner the registration that {@link UsernameRegistry#lookup} answers: one's own too, or
 *     that of the user to whom the name is lost
 */
public record OwnName(Registration registration, Registration owner) {

  /** Returns the name. */
  public String username() {
    return registration.username();
  }

  /** Returns whether the name belongs to somebody else. */
  public boolean lost() {
    return !owner.registryKey().equals(registration.registryKey());
  }
}
