package dev.usernameregistry;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.bee.BeeBatch;
import dev.usernameregistry.bee.Entry;
import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.claims.RegistrationRecord;
import dev.usernameregistry.crypto.Key;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one's own registry will be once the changes collected here are appended together. Used by
 * one thread at a time.
 */
final class Draft {
  private final Key ownKey;
  private final Bee bee;
  private final ClaimIndex index;
  private final ClaimOrder order;
  private final BeeBatch batch = new BeeBatch();

  /** What the collected changes make of a name; an empty value is a name released. */
  private final Map<String, Optional<Registration>> changed = new HashMap<>();

  Draft(Key ownKey, Bee bee, ClaimIndex index, ClaimOrder order) {
    this.ownKey = ownKey;
    this.bee = bee;
    this.index = index;
    this.order = order;
  }

  BeeBatch batch() {
    return batch;
  }

  /** Returns one's own claim on {@code name}. */
  Optional<Registration> own(String name) throws IOException {
    Optional<Registration> drafted = changed.get(name);
    if (drafted != null) {
      return drafted;
    }
    Optional<byte[]> record = bee.get(bytes(name)).flatMap(Entry::value);
    return record.flatMap(value -> RegistrationRecord.decode(ownKey, name, value));
  }

  /** Returns the best of all claims on {@code name}. */
  Optional<Registration> owner(String name) throws IOException {
    List<Registration> claims = new ArrayList<>(index.claims(name));
    claims.removeIf(claim -> claim.registryKey().equals(ownKey));
    own(name).ifPresent(claims::add);
    return claims.stream().min(order);
  }

  /** Collects a claim; returns it as it will be read. */
  Registration put(Registration registration) {
    String name = registration.username();
    byte[] record = RegistrationRecord.encode(registration);
    batch.put(bytes(name), record);
    Registration written = asRead(registration, record);
    changed.put(name, Optional.of(written));
    return written;
  }

  /** Reading changes nothing but a profile: JSON has fewer kinds of numbers than Java. */
  private Registration asRead(Registration registration, byte[] record) {
    if (!registration.hasProfile()) {
      return registration;
    }
    return RegistrationRecord.decode(ownKey, registration.username(), record)
        .orElseThrow(() -> new AssertionError("a record that was written cannot be read"));
  }

  /** Collects the end of a claim. */
  void remove(String name) {
    batch.delete(bytes(name));
    changed.put(name, Optional.empty());
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }
}
