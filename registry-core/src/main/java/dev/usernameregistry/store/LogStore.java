package dev.usernameregistry.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All logs of one user: the own ones by name, those of others by key. Everyone who asks for a log
 * gets the same {@link Log}, until it is forgotten. Safe from any thread; methods that throw {@link
 * IOException} wait for the disk. The storage is closed by whoever opened it.
 *
 * <pre>
 * rows of the table "store"
 * key                        value
 * 'p'                        primary key, 32 bytes
 * 'n' ‖ key of an own log    its name in UTF-8
 * </pre>
 */
public final class LogStore {
  private static final String TABLE = "store";
  private static final byte[] PRIMARY_KEY = {'p'};
  private static final byte NAME = 'n';

  private final Storage storage;
  private final Table table;
  private final NamedKeys names;

  /** Guarded by this. */
  private final Map<Key, Log> openLogs = new HashMap<>();

  private LogStore(Storage storage, Table table, NamedKeys names) {
    this.storage = storage;
    this.table = table;
    this.names = names;
  }

  /**
   * Opens the store kept in {@code storage}. A new one draws its primary key from what {@code
   * random} gives until {@code fits} is true, and waits until it is stored.
   *
   * @param random asked only for a new store
   * @param fits whether a store in which names mean this will do; asked only about a new one, and
   *     true for more than a few in a thousand
   */
  public static LogStore open(
      Storage storage, Supplier<SecureRandom> random, Predicate<NamedKeys> fits)
      throws IOException {
    Table table = storage.openTable(TABLE);
    Optional<Key> stored = primaryKey(table);
    if (stored.isPresent()) {
      return new LogStore(storage, table, NamedKeys.of(stored.get()));
    }
    byte[] drawn = new byte[Key.BYTES];
    SecureRandom source = random.get();
    do {
      source.nextBytes(drawn);
    } while (!fits.test(NamedKeys.of(Key.of(drawn))));
    return create(storage, table, Key.of(drawn));
  }

  /**
   * Opens the store kept in {@code storage}, which is new or has this primary key.
   *
   * @throws IllegalArgumentException if the stored primary key is another one
   */
  public static LogStore open(Storage storage, Key primaryKey) throws IOException {
    Table table = storage.openTable(TABLE);
    Optional<Key> stored = primaryKey(table);
    if (stored.isEmpty()) {
      return create(storage, table, primaryKey);
    }
    if (!stored.get().equals(primaryKey)) {
      throw new IllegalArgumentException("this store was made with another primary key");
    }
    return new LogStore(storage, table, NamedKeys.of(primaryKey));
  }

  private static LogStore create(Storage storage, Table table, Key primaryKey) throws IOException {
    table.write(List.of(new Table.Row(PRIMARY_KEY, primaryKey.bytes())), true);
    return new LogStore(storage, table, NamedKeys.of(primaryKey));
  }

  private static Optional<Key> primaryKey(Table table) throws IOException {
    byte[] stored = table.get(PRIMARY_KEY);
    if (stored == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Key.of(stored));
    } catch (IllegalArgumentException e) {
      throw new CorruptStorageException(
          "the stored primary key cannot be read: "
              + e.getMessage()
              + "; restore a backup of the whole storage",
          e);
    }
  }

  /** Returns what names mean in this store: key pairs, and keys of logs. */
  public NamedKeys names() {
    return names;
  }

  /**
   * Opens the own log with this name, writable.
   *
   * @throws IllegalArgumentException if the name is empty
   * @throws IllegalStateException if this log was opened by key before it ever had a name here
   */
  public synchronized Log open(String name) throws IOException {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the name of a log is empty");
    }
    Key key = names.logKey(name);
    byte[] row = nameRow(key);
    if (table.get(row) == null) {
      if (openLogs.containsKey(key)) {
        throw new IllegalStateException("log " + key + " is open as that of somebody else");
      }
      table.write(List.of(new Table.Row(row, name.getBytes(UTF_8))), false);
    }
    return open(key);
  }

  /**
   * Opens the log with this key: writable if it was ever opened by name, else that of somebody
   * else. Leaves nothing behind unless something is stored in it.
   */
  public synchronized Log open(Key key) throws IOException {
    Log log = openLogs.get(key);
    if (log == null) {
      log = read(key);
      openLogs.put(key, log);
    }
    return log;
  }

  private Log read(Key key) throws IOException {
    byte @Nullable [] name = table.get(nameRow(key));
    if (name == null) {
      return Log.open(storage.openLog(key), key);
    }
    KeyPair signer = names.keyPair(new String(name, UTF_8));
    return Log.open(
        storage.openLog(key), names.manifest(new String(name, UTF_8)), Optional.of(signer));
  }

  /**
   * Forgets a log and all that is stored of it. Nobody may use its {@link Log} any more. Does
   * nothing if there is no such log.
   */
  public synchronized void forget(Key key) throws IOException {
    openLogs.remove(key);
    storage.deleteLog(key);
  }

  private static byte[] nameRow(Key key) {
    byte[] row = new byte[1 + Key.BYTES];
    row[0] = NAME;
    System.arraycopy(key.bytes(), 0, row, 1, Key.BYTES);
    return row;
  }
}
