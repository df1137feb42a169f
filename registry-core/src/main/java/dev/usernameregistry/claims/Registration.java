package dev.usernameregistry.claims;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One name as one registry has it. Immutable; safe from any thread. Two are equal if all that they
 * say is.
 */
public final class Registration {
  private static final Supplier<ObjectNode> NO_PROFILE =
      shared(JsonNodeFactory.instance.objectNode());

  private final String username;
  private final String publicKey;
  private final Optional<Instant> registeredAt;
  private final String registeredBy;
  private final Key registryKey;

  /** Is not copied, so nobody may change it. If it is stored, it is read when somebody wants it. */
  private final Supplier<ObjectNode> profile;

  /**
   * Makes one of these fields, with a copy of {@code profile}.
   *
   * @throws IllegalArgumentException if the profile is nested too deep; see {@link
   *     RegistrationRecord#copyOf}
   */
  public Registration(
      String username,
      String publicKey,
      Optional<Instant> registeredAt,
      String registeredBy,
      Key registryKey,
      ObjectNode profile) {
    this(
        username,
        publicKey,
        registeredAt,
        registeredBy,
        registryKey,
        profile.isEmpty() ? NO_PROFILE : shared(RegistrationRecord.copyOf(profile)));
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

  /**
   * Makes a registration with other fields.
   *
   * @param profile returns them, not empty, each time; they are not copied, so nobody may change
   *     what it returned
   */
  Registration(
      String username,
      String publicKey,
      Optional<Instant> registeredAt,
      String registeredBy,
      Key registryKey,
      Supplier<ObjectNode> profile) {
    this.username = username;
    this.publicKey = publicKey;
    this.registeredAt = registeredAt;
    this.registeredBy = registeredBy;
    this.registryKey = registryKey;
    this.profile = profile;
  }

  private static Supplier<ObjectNode> shared(ObjectNode profile) {
    return () -> profile;
  }

  /** Returns the name. */
  public String username() {
    return username;
  }

  /**
   * Returns what the registrant says its public key is, as it wrote it (by custom hexadecimal
   * digits); the registry key in hexadecimal digits where the record does not say. Nothing proves
   * that the registrant has that key.
   */
  public String publicKey() {
    return publicKey;
  }

  /**
   * Returns when the registrant says that it registered; empty where the record does not say or
   * says something that is no time.
   */
  public Optional<Instant> registeredAt() {
    return registeredAt;
  }

  /**
   * Returns what the registrant calls itself; empty where the record does not say. Others may call
   * themselves the same.
   */
  public String registeredBy() {
    return registeredBy;
  }

  /** Returns the registry that holds the record, whose owner alone can have written it. */
  public Key registryKey() {
    return registryKey;
  }

  /**
   * Returns all other fields of the record: each time a copy of its own, which may have to be read
   * from the record first.
   */
  public ObjectNode profile() {
    return profileToRead().deepCopy();
  }

  /** Returns {@link #profile} without copying it, so nobody may change it. */
  ObjectNode profileToRead() {
    return profile.get();
  }

  /** Returns whether there are other fields. */
  public boolean hasProfile() {
    return profile != NO_PROFILE;
  }

  /** Returns what says the same of another name. */
  public Registration withUsername(String other) {
    return new Registration(other, publicKey, registeredAt, registeredBy, registryKey, profile);
  }

  /** Returns what says the same, and that it was registered at {@code other}. */
  public Registration withRegisteredAt(Instant other) {
    return new Registration(
        username, publicKey, Optional.of(other), registeredBy, registryKey, profile);
  }

  /**
   * Returns what says the same with a copy of {@code other} as its profile.
   *
   * @throws IllegalArgumentException if the profile is nested too deep; see {@link
   *     RegistrationRecord#copyOf}
   */
  public Registration withProfile(ObjectNode other) {
    return new Registration(username, publicKey, registeredAt, registeredBy, registryKey, other);
  }

  /** Returns what says the same with another profile, as the constructor takes it. */
  Registration withProfile(Supplier<ObjectNode> other) {
    return new Registration(username, publicKey, registeredAt, registeredBy, registryKey, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Registration that
        && username.equals(that.username)
        && publicKey.equals(that.publicKey)
        && registeredAt.equals(that.registeredAt)
        && registeredBy.equals(that.registeredBy)
        && registryKey.equals(that.registryKey)
        && hasProfile() == that.hasProfile()
        && profileToRead().equals(that.profileToRead());
  }

  @Override
  public int hashCode() {
    return Objects.hash(username, publicKey, registeredAt, registeredBy, registryKey);
  }

  /** Returns all that it says; "unknown" where {@link #registeredAt} is empty. */
  @Override
  public String toString() {
    String at = registeredAt.map(Instant::toString).orElse("unknown");
    return "Registration[username=%s, publicKey=%s, registeredAt=%s, registeredBy=%s, registryKey=%s, profile=%s]"
        .formatted(username, publicKey, at, registeredBy, registryKey, profileToRead());
  }
}
