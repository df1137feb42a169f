package dev.usernameregistry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.Draft.Proposal;
import dev.usernameregistry.claims.NameText;
import dev.usernameregistry.claims.RefusedNameException;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.claims.RegistrationRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The changes that a user makes to the own registry. Safe from any thread. */
final class Writes {
  /** Names that are written together, so that a long list takes little memory at a time. */
  private static final int NAMES_PER_COMMIT_MAX = 4096;

  /** Characters of a refused name that its exception shows. */
  private static final int SHOWN_MAX = 40;

  private static final Instant LATEST = Instant.ofEpochMilli(RegistrationRecord.TIME_MAX_MILLIS);
  private static final ObjectNode NONE = JsonNodeFactory.instance.objectNode();

  private final OpenRegistry parts;

  Writes(OpenRegistry parts) {
    this.parts = parts;
  }

  RegisterResult register(String name, Optional<ObjectNode> profile)
      throws IOException, InterruptedException {
    requireAllowed(name);
    Registration asked = wanted(name, profile.orElse(NONE));
    byte[] record = RegistrationRecord.encode(asked); // refuses it before anything is waited for
    SyncReport sync = parts.sync.awaitTalking();
    Registration wanted = asked.withRegisteredAt(now());
    Proposal proposal =
        wanted.equals(asked)
            ? Proposal.of(asked, record, parts.index)
            : Proposal.of(wanted, parts.index);
    return commit(draft -> register(draft, proposal, profile.isPresent(), sync));
  }

  List<RegisterResult> registerAll(List<String> names) throws IOException, InterruptedException {
    for (int i = 0; i < names.size(); i++) {
      String name = Objects.requireNonNull(names.get(i), "names[" + i + "]");
      requireAllowed(name);
      RegistrationRecord.encode(wanted(name, NONE)); // refuses a record before any is written
    }
    SyncReport sync = parts.sync.awaitTalking();
    List<RegisterResult> results = new ArrayList<>(names.size());
    for (int from = 0; from < names.size(); from += NAMES_PER_COMMIT_MAX) {
      int to = Math.min(names.size(), from + NAMES_PER_COMMIT_MAX);
      List<Proposal> some = new ArrayList<>(to - from);
      for (String name : names.subList(from, to)) {
        some.add(Proposal.of(wanted(name, NONE), parts.index));
      }
      results.addAll(commit(draft -> register(draft, some, sync)));
    }
    return results;
  }

  private List<RegisterResult> register(Draft draft, List<Proposal> wanted, SyncReport sync)
      throws IOException {
    List<RegisterResult> results = new ArrayList<>(wanted.size());
    for (Proposal proposal : wanted) {
      results.add(register(draft, proposal, false, sync));
    }
    return results;
  }

  /**
   * Registers a name that is free.
   *
   * @param replaces whether one's own claim gets the profile of the proposed one
   */
  private RegisterResult register(Draft draft, Proposal proposal, boolean replaces, SyncReport sync)
      throws IOException {
    Optional<Registration> owner = draft.owner(proposal);
    if (owner.isEmpty()) {
      return new RegisterResult.Registered(draft.put(proposal), sync);
    }
    if (!isOwn(owner.get())) {
      return new RegisterResult.Taken(owner.get());
    }
    return new RegisterResult.AlreadyYours(
        replaces ? put(draft, owner.get(), proposal.claim().profile()) : owner.get());
  }

  Optional<Registration> update(String name, ObjectNode profile) throws IOException {
    return commit(
        draft -> {
          Optional<Registration> own = draft.own(name);
          return own.isEmpty() ? own : Optional.of(put(draft, own.get(), profile));
        });
  }

  RenameResult rename(String oldName, String newName) throws IOException, InterruptedException {
    requireAllowed(newName);
    SyncReport sync = parts.sync.awaitTalking();
    return commit(
        draft -> {
          Optional<Registration> old = draft.own(oldName);
          if (old.isEmpty()) {
            return new RenameResult.NotYours(oldName);
          }
          Registration wanted = old.get().withUsername(newName).withRegisteredAt(now());
          Proposal proposal = Proposal.of(wanted, parts.index);
          Optional<Registration> owner = draft.owner(proposal);
          if (owner.isPresent()) {
            return isOwn(owner.get())
                ? new RenameResult.AlreadyYours(owner.get())
                : new RenameResult.Taken(owner.get());
          }
          Registration renamed = draft.put(proposal);
          draft.remove(oldName);
          return new RenameResult.Renamed(renamed, sync);
        });
  }

  Optional<Registration> release(String name) throws IOException {
    return commit(
        draft -> {
          Optional<Registration> own = draft.own(name);
          if (own.isPresent()) {
            draft.remove(name);
          }
          return own;
        });
  }

  private <T> T commit(Draft.Change<T> change) throws IOException {
    try {
      return parts.own.commit(change);
    } finally {
      parts.sync.changed();
      parts.listeners.flush();
    }
  }

  private boolean isOwn(Registration registration) {
    return registration.registryKey().equals(parts.known.own().key());
  }

  private static Registration put(Draft draft, Registration old, ObjectNode profile) {
    Registration changed = old.withProfile(profile);
    byte[] record = RegistrationRecord.encode(changed);
    boolean same = Arrays.equals(record, RegistrationRecord.encode(old));
    return same ? old : draft.put(changed, record);
  }

  private Registration wanted(String name, ObjectNode profile) {
    return new Registration(
        name,
        parts.publicKey,
        Optional.of(now()),
        parts.registeredBy,
        parts.known.own().key(),
        profile);
  }

  private Instant now() {
    Instant now = parts.clock.instant().truncatedTo(ChronoUnit.MILLIS);
    if (now.isBefore(Instant.EPOCH) || now.isAfter(LATEST)) {
      throw new IllegalStateException("the clock says " + now + "; set it before registering");
    }
    return now;
  }

  /** Returns why nobody can register {@code name}; empty if it is allowed. */
  Optional<String> nameProblem(String name) {
    Optional<String> refused = parts.namePolicy.problem(name);
    return refused.isPresent() ? refused : NameText.problem(name);
  }

  private void requireAllowed(String name) {
    nameProblem(name)
        .ifPresent(
            problem -> {
              throw new RefusedNameException(shown(name) + " is refused: " + problem);
            });
  }

  /** Returns a name that anybody may have made up, as it can be shown in a line. */
  private static String shown(String name) {
    StringBuilder shown = new StringBuilder("'");
    name.codePoints()
        .limit(SHOWN_MAX)
        .map(codePoint -> Character.isISOControl(codePoint) ? '?' : codePoint)
        .forEach(shown::appendCodePoint);
    boolean cut = name.codePointCount(0, name.length()) > SHOWN_MAX;
    return shown.append(cut ? "…'" : "'").toString();
  }
}
