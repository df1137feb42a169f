package dev.usernameregistry.storage;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** An open {@link RocksStorage}. Safe from any thread. */
final class OpenStorage implements Storage {
  private static final Pattern TABLE_NAME = Pattern.compile("[A-Za-z0-9-]{1,64}");

  private final Database database;
  private final LogIds ids;
  private final RecentBlocks recent = new RecentBlocks();

  /** The logs opened so far, so that each has one object. Guarded by itself. */
  private final Map<Key, RocksLogStorage> logs = new HashMap<>();

  private OpenStorage(Database database, LogIds ids) {
    this.database = database;
    this.ids = ids;
  }

  static OpenStorage over(Database database) throws IOException {
    FormatRecord.check(database);
    return new OpenStorage(database, new LogIds(database));
  }

  @Override
  public LogStorage openLog(Key key) throws IOException {
    database.requireOpen();
    synchronized (logs) {
      RocksLogStorage log = logs.get(key);
      if (log == null) {
        log = new RocksLogStorage(database, ids, recent, key, ids.find(key));
        logs.put(key, log);
      }
      return log;
    }
  }

  @Override
  public List<Key> logKeys() throws IOException {
    List<Key> keys = new ArrayList<>();
    database.scan(
        RecordKeys.FIRST_LOG_ID,
        RecordKeys.NEXT_LOG_ID,
        record -> keys.add(RecordKeys.logKeyOf(record.key())));
    return keys;
  }

  @Override
  public void deleteLog(Key key) throws IOException {
    database.requireOpen();
    long id = removeRecords(key);
    if (id != LogIds.NONE) {
      database.reclaim(RecordKeys.state(id), RecordKeys.blocksEnd(id));
    }
  }

  /** Returns the id that the log had. */
  private long removeRecords(Key key) throws IOException {
    synchronized (logs) {
      RocksLogStorage log = logs.remove(key);
      long id = log == null ? ids.find(key) : log.retire();
      if (id != LogIds.NONE) {
        database.write(
            true,
            batch -> {
              batch.remove(RecordKeys.logId(key));
              batch.removeRange(RecordKeys.state(id), RecordKeys.blocksEnd(id));
            });
      }
      return id;
    }
  }

  @Override
  public Table openTable(String name) {
    database.requireOpen();
    if (!TABLE_NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a table's name is 1 to 64 ASCII letters, digits or hyphens, got \"" + name + "\"");
    }
    return new RocksTable(database, RecordKeys.tablePrefix(name), RecordKeys.tableEnd(name));
  }

  @Override
  public void close() throws IOException {
    database.close();
  }
}
