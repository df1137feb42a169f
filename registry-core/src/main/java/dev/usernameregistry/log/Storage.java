package dev.usernameregistry.log;

import dev.usernameregistry.crypto.Key;
import java.io.IOException;
import java.util.List;

/**
 * Where all logs of one user are kept, with a few sorted tables of facts beside them.
 *
 * <p>All writes, of logs and of tables, survive in the order in which they were made: a crash loses
 * at most a suffix of them, and nothing that was asked to be durable. Safe from any thread.
 *
 * <p>Every method throws {@link CorruptStorageException} when a stored record is not what was
 * written, and another {@link IOException} when the disk fails; nothing is changed then. After
 * {@link #close} every method of the storage, its logs and its tables throws {@link
 * IllegalStateException}.
 */
public interface Storage extends AutoCloseable {

  /**
   * Returns where the log with this key is kept; an empty place is made for a key never seen. The
   * place is made with its first commit, so asking alone leaves nothing behind.
   */
  LogStorage openLog(Key key) throws IOException;

  /** Returns the keys of all logs that have been committed to, in ascending order. */
  List<Key> logKeys() throws IOException;

  /**
   * Forgets a log: its state, nodes and blocks. Nobody may use its {@link LogStorage} any more.
   * Does nothing if there is no such log.
   */
  void deleteLog(Key key) throws IOException;

  /**
   * Returns the table with this name, empty if it was never written.
   *
   * @param name 1 to 64 ASCII letters, digits or hyphens
   */
  Table openTable(String name) throws IOException;

  /**
   * Waits for the calls that are under way, makes everything durable and lets go of files and
   * locks. Closing twice is harmless. Not to be called by a visitor from within a scan.
   */
  @Override
  void close() throws IOException;
}
