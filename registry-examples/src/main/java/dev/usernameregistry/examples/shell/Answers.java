package dev.usernameregistry.examples.shell;

import dev.usernameregistry.OwnName;
import dev.usernameregistry.OwnerChange;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.SyncReport;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.net.SwarmStatus;
import dev.usernameregistry.net.TcpNetwork.Dial;
import dev.usernameregistry.net.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that the shell says: in JSON for programs, or in lines for people. Safe from any
 * thread, for answers and news come from different ones.
 */
interface Answers {

  /** What became of a name, and the word for it. */
  enum Outcome {
    REGISTERED("registered"),
    ALREADY_YOURS("alreadyYours"),
    ALREADY_YOURS_CHANGED("alreadyYours"),
    TAKEN("taken"),
    UPDATED("updated"),
    RENAMED("renamed"),
    RELEASED("released");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** What happened to a name, here or elsewhere, and the word for it. */
  enum Change {
    REGISTERED("registered"),
    UPDATED("updated"),
    RELEASED("released");

    private final String word;

    Change(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** How a swarm gets on, and the word for it. */
  enum SwarmStage {
    /** The DHT is entered. */
    ENTERED("entered"),
    /** Every topic is announced and was looked up once. */
    JOINED("joined"),
    /** No node of the DHT answers; it will be tried again. */
    NO_ANSWER("noAnswer");

    private final String word;

    SwarmStage(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** The registry is open; its swarm and topics are given if there are any. */
  void ready(
      Key registryKey, List<String> listening, List<Topic> topics, Optional<SwarmStatus> swarm);

  /**
   * For a person: an answer is not there yet, and may be waited for so long.
   *
   * @param standing how the registry stands now, which shows what is waited for
   */
  void waiting(Standing standing, Duration atMost);

  /** The answer to register and rename that changed nothing. */
  void outcome(Outcome outcome, Registration registration);

  /**
   * The answer to register that did, with what was known of the peers then, of whom some may have
   * been behind and hold older claims.
   */
  void outcome(Outcome outcome, Registration registration, SyncReport sync);

  /**
   * The same for rename.
   *
   * @param oldOwner whose the old name is now; another's if one had lost it
   */
  void renamed(Registration registration, SyncReport sync, Optional<Registration> oldOwner);

  /**
   * The answer to update and release.
   *
   * @param owner whose the name is after the change; another's than {@code registration} if one
   *     holds a record of a name that one has lost
   */
  void outcome(Outcome outcome, Registration registration, Optional<Registration> owner);

  /** The answer to lookup and whois: at least one. */
  void found(List<Registration> registrations);

  /**
   * The answer to lookup if nobody known here has the name; what is behind may hold it.
   *
   * @param problem why nobody can have it; empty if it is allowed
   */
  void nameNotFound(String username, Optional<String> problem, SyncReport sync);

  /** For a person, behind an answer about a name: this one differs from it in case only. */
  void alike(Registration registration);

  /** The answer to whois if no name known here has the key; what is behind may hold one. */
  void publicKeyNotFound(String publicKey, SyncReport sync);

  /** The answer to list. */
  void list(List<Registration> registrations);

  /** The answer to mine. */
  void mine(List<OwnName> names);

  /** The answer to claims. */
  void claims(String username, List<Registration> registrations);

  /** The answer to registries. */
  void registries(List<RegistryInfo> registries);

  /** The answer to peers. */
  void peers(List<PeerState> peers);

  /** The answer to sync. */
  void synced(SyncReport report);

  /** The answer to status. */
  void status(Standing standing);

  /** The answer to help. */
  void help(List<Verb> verbs);

  /** News: the swarm has come so far. */
  void swarm(SwarmStage stage, SwarmStanding swarm);

  /** News: an address to connect to could not be reached at first; it will be tried again. */
  void dial(Dial dial);

  /** News: a peer came or went. */
  void peer(PeerState peer, boolean connected);

  /** A registry is about to be followed: for a person it is no news then that it is known. */
  void following(Key registryKey);

  /**
   * The answer to follow.
   *
   * @param peers how many are connected
   * @param holders how many of them have announced blocks of it
   */
  void followed(RegistryInfo registry, long peers, long holders);

  /** The answer to forget: the registry as it was. */
  void forgotten(RegistryInfo registry);

  /** News: a registry is known, or is longer than before. */
  void registry(RegistryInfo registry);

  /** News: something happened to a name. */
  void change(Change change, Registration registration);

  /** News: a name has another owner. */
  void ownerChanged(OwnerChange change);

  /** News: a registry's writer signed two histories. */
  void conflict(RegistryInfo registry);

  /** A command could not be done, for the reason in {@code message}; the shell goes on. */
  void error(ErrorCode code, String message);

  /** The registry is closed; nothing follows. */
  void closed();
}
