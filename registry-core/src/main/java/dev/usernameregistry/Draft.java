package dev.usernameregistry;

import dev.usernameregistry.bee.BeeBatch;
import dev.usernameregistry.bee.BeeSnapshot;
import dev.usernameregistry.bee.Entry;
import dev.usernameregistry.claims.ClaimChanges;
import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.NameText;
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
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What one's own registry will be once the changes collected here are appended together. Used by
 * one thread at a time.
 */
final class Draft {
  private final Key ownKey;
  private final BeeSnapshot before;
  private final ClaimIndex index;
  private final ClaimOrder order;
  private final BeeBatch batch = new BeeBatch();
  private final ClaimChanges changes = new ClaimChanges();

  /** What the collected changes make of a name; an empty value is a name released. */
  private final Map<String, Optional<Registration>> changed = new HashMap<>();

  /** The name that was asked for last, if neither the own log nor the index has it. */
  private @Nullable String freeName;

  /** Collects nothing yet; decides on the own registry as it is in {@code before}. */
  Draft(Key ownKey, BeeSnapshot before, ClaimIndex index, ClaimOrder order) {
    this.ownKey = ownKey;
    this.before = before;
    this.index = index;
    this.order = order;
  }

  BeeSnapshot before() {
    return before;
  }

  BeeBatch batch() {
    return batch;
  }

  /** Returns the same changes as {@link #batch}, for the index. */
  ClaimChanges changes() {
    return changes;
  }

  /** Returns one's own claim on {@code name}; what is not whole Unicode text is nobody's. */
  Optional<Registration> own(String name) throws IOException {
    Optional<Registration> drafted = changed.get(name);
    if (drafted != null) {
      return drafted;
    }
    Optional<byte[]> key = NameText.bytes(name);
    if (key.isEmpty()) {
      return Optional.empty();
    }
    return before.get(key.get()).flatMap(entry -> read(name, entry));
  }

  private Optional<Registration> read(String name, Entry entry) {
    return entry.value().flatMap(value -> RegistrationRecord.decode(ownKey, name, value));
  }

  /** Returns the best of all claims on the name of {@code proposal}. */
  Optional<Registration> owner(Proposal proposal) throws IOException {
    String name = proposal.name();
    Proposal current = proposal;
    while (current.time() != index.timeOfOthers()) {
      current = Proposal.of(proposal.claim(), proposal.record(), index);
    }
    if (current.claims().isEmpty() && !changed.containsKey(name)) {
      Optional<Entry> entry = before.get(bytes(name));
      freeName = entry.isEmpty() ? name : null;
      return entry.flatMap(own -> read(name, own));
    }
    List<Registration> claims = new ArrayList<>(current.claims());
    claims.removeIf(claim -> claim.registryKey().equals(ownKey)); // may have changed meanwhile
    own(name).ifPresent(claims::add);
    return claims.stream().min(order);
  }

  /** Collects a claim whose name has no owner; returns it as it will be read. */
  Registration put(Proposal proposal) {
    boolean free = proposal.name().equals(freeName);
    return put(
        proposal.claim(),
        proposal.record(),
        free ? OptionalLong.of(proposal.time()) : OptionalLong.empty());
  }

  /**
   * Collects a claim that takes the place of one's own, and its bytes; returns it as it will be
   * read.
   */
  Registration put(Registration registration, byte[] record) {
    return put(registration, record, OptionalLong.empty());
  }

  private Registration put(Registration registration, byte[] record, OptionalLong free) {
    String name = registration.username();
    Registration written = RegistrationRecord.asRead(registration, record);
    batch.put(bytes(name), record);
    changes.put(written, record, free);
    changed.put(name, Optional.of(written));
    return written;
  }

  /** Collects the end of a claim. */
  void remove(String name) {
    batch.delete(bytes(name));
    changes.remove(name);
    changed.put(name, Optional.empty());
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  /** Decides on the state that it is shown, and collects what is to be written. */
  interface Change<T> {
    /** Returns the answer. Collects either all it wants to write or, when it throws, nothing. */
    T decide(Draft draft) throws IOException;
  }

  /**
   * A claim that a caller wants to make, with all that can be looked up and written down before it
   * is the caller's turn.
   *
   * @param record the bytes of {@code claim}
   * @param time {@link ClaimIndex#timeOfOthers} before {@code claims} were read
   * @param claims all claims on the name that the index had then
   */
  record Proposal(Registration claim, byte[] record, long time, List<Registration> claims) {

    /** Encodes {@code claim} and looks its name up; throws as {@link RegistrationRecord#encode}. */
    static Proposal of(Registration claim, ClaimIndex index) throws IOException {
      return of(claim, RegistrationRecord.encode(claim), index);
    }

    /** Looks the name of {@code claim} up, which is encoded already. */
    static Proposal of(Registration claim, byte[] record, ClaimIndex index) throws IOException {
      long time = index.timeOfOthers();
      return new Proposal(claim, record, time, index.claims(claim.username()));
    }

    String name() {
      return claim.username();
    }
  }
}
