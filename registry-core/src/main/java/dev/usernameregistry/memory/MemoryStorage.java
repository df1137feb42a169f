package dev.usernameregistry.memory;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Keeps everything in memory until it is closed; then it is gone. Every write is as durable as it
 * can be here, at once. Arrays given to it or got from it are not copied, so nobody may change
 * them. Safe from any thread.
 */
public final class MemoryStorage implements Storage {
  private static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");

  /** Guarded by itself. */
  private final SortedMap<Key, MemoryLogStorage> logs = new TreeMap<>();

  private final Map<String, MemoryTable> tables = new ConcurrentHashMap<>();

  private final Memory memory;

  /** Makes an empty storage, of which others may fill a quarter of the memory of this JVM. */
  public MemoryStorage() {
    this(Runtime.getRuntime().maxMemory() / 4);
  }

  /**
   * Makes an empty storage.
   *
   * @param bytesMax how many bytes there may be in it, in all, for more to be fetched from others
   * @throws IllegalArgumentException if it is negative
   */
  public MemoryStorage(long bytesMax) {
    if (bytesMax < 0) {
      throw new IllegalArgumentException("a storage with room for " + bytesMax + " bytes");
    }
    memory = new Memory(bytesMax);
  }

  @Override
  public LogStorage openLog(Key key) {
    memory.requireOpen();
    synchronized (logs) {
      return logs.computeIfAbsent(key, k -> new MemoryLogStorage(k, memory));
    }
  }

  @Override
  public List<Key> logKeys() {
    memory.requireOpen();
    List<Key> keys = new ArrayList<>();
    synchronized (logs) {
      for (Map.Entry<Key, MemoryLogStorage> log : logs.entrySet()) {
        if (log.getValue().readState().isPresent()) {
          keys.add(log.getKey());
        }
      }
    }
    return keys;
  }

  @Override
  public void deleteLog(Key key) {
    memory.requireOpen();
    synchronized (logs) {
      MemoryLogStorage log = logs.remove(key);
      if (log != null) {
        log.delete();
      }
    }
  }

  @Override
  public Table openTable(String name) {
    memory.requireOpen();
    if (!TABLE_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a table's name is 1 to 64 ASCII letters, digits or hyphens, got \"" + name + "\"");
    }
    return tables.computeIfAbsent(name, n -> new MemoryTable(memory));
  }

  @Override
  public void close() {
    memory.close();
    synchronized (logs) {
      logs.clear();
    }
    tables.clear();
  }
}
