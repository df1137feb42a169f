package dev.usernameregistry.claims;

import java.util.Optional;

/**
 * Who owns a name, or what the owner's record says, is different now. At least one side is there.
 *
 * @param before the owner's registration until now; empty if the name was free
 * @param after the owner's registration from now on; empty if the name is free
 * @param givenUp if another registry owns the name now, whether the one before claims it no more;
 *     else false
 * @param reason if another registry owns the name now, why, for people; else empty
 */
public record NameChange(
    Optional<Registration> before, Optional<Registration> after, boolean givenUp, String reason) {}
