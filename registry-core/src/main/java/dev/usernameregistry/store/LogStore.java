package dev.usernameregistry.store;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Storage;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All logs of one user: the own ones by name, those of others by key. While a log is in use,
 * everyone who asks for it gets the same {@link Log}. Safe from any thread. The storage is closed
 * by whoever opened it.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class LogStore {
  private LogStore() {}

  /**
   * Opens the store kept in {@code storage}. A new one draws its primary key from {@code random}
   * until {@code fits} is true, and waits until the key is stored.
   *
   * @param fits whether a store with the primary key of these names will do; asked only about a new
   *     one
   */
  public static LogStore open(Storage storage, SecureRandom random, Predicate<Names> fits)
      throws IOException {
    throw stub();
  }

  /**
   * Opens the store kept in {@code storage}, which is new or has this primary key.
   *
   * @throws IllegalArgumentException if the stored primary key is another one
   */
  public static LogStore open(Storage storage, Key primaryKey) throws IOException {
    throw stub();
  }

  /** Returns the names of the own logs, and the key pairs derived from the primary key. */
  public Names names() {
    throw stub();
  }

  /** Opens the own log with this name, writable. */
  public Log open(String name) throws IOException {
    throw stub();
  }

  /** Opens the log with this key; writable if it is an own one that was opened by name before. */
  public Log open(Key key) throws IOException {
    throw stub();
  }

  /** Opens the log with this discovery key, if it is in use or stored. */
  public Optional<Log> openIfStored(Key discoveryKey) throws IOException {
    throw stub();
  }

  /** Returns the keys of all logs that have something stored, in ascending order. */
  public List<Key> storedKeys() throws IOException {
    throw stub();
  }

  /** Forgets a log and all that is stored of it. Nobody may use its {@link Log} any more. */
  public void forget(Key key) throws IOException {
    throw stub();
  }

  private static UnsupportedOperationException stub() {
    return new UnsupportedOperationException("room B lands this next");
  }

  /** What a primary key and a namespace make of a name. Immutable. */
  public interface Names {
    /** Returns the key pair of this name: that of a log, or of anything else that needs one. */
    KeyPair keyPair(String name);

    /** Returns the key of the log with this name. */
    Key logKey(String name);
  }
}
