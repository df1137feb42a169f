package dev.usernameregistry.claims;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.Optional;

/**
 * One name as one registry has it. Immutable; safe from any thread.
 *
 * @param username the name
 * @param publicKey what the registrant says its public key is, as it wrote it (by custom
 *     hexadecimal digits); the registry key in hexadecimal digits where the record does not say
 * @param registeredAt when the registrant says that it registered; empty where the record does not
 *     say or says something that is no time
 * @param registeredBy what the registrant calls itself; empty where the record does not say
 * @param registryKey the registry that holds the record, whose owner alone can have written it
 * @param profile all other fields of the record; each call returns a copy of its own
 */
public record Registration(
    String username,
    String publicKey,
    Optional<Instant> registeredAt,
    String registeredBy,
    Key registryKey,
    ObjectNode profile) {

  /** Shared, and so never changed or given away. */
  private static final ObjectNode NO_PROFILE = JsonNodeFactory.instance.objectNode();

  /**
   * Copies {@code profile}.
   *
   * @throws IllegalArgumentException if it is nested too deep; see {@link
   *     RegistrationRecord#copyOf}
   */
  public Registration {
    profile = profile.isEmpty() ? NO_PROFILE : RegistrationRecord.copyOf(profile);
  }

  /** Makes a registration without other fields. */
  Registration(
      String username,
      String publicKey,
      Optional<Instant> registeredAt,
      String registeredBy,
      Key registryKey) {
    this(username, publicKey, registeredAt, registeredBy, registryKey, NO_PROFILE);
  }

  @Override
  public ObjectNode profile() {
    return profile.deepCopy();
  }

  /** Returns whether there are other fields. */
  public boolean hasProfile() {
    return !profile.isEmpty();
  }
}
