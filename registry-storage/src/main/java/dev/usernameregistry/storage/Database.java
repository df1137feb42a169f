package dev.usernameregistry.storage;

import static org.rocksdb.SizeApproximationFlag.INCLUDE_FILES;
import static org.rocksdb.SizeApproximationFlag.INCLUDE_MEMTABLES;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.rocksdb.FlushOptions;
import org.rocksdb.Range;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.WriteBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door to the native database. A native object that is used after it was closed takes the
 * whole JVM down, so every use holds a shared lock that closing takes alone: closing waits for the
 * calls under way, and later calls are refused. The lock is shared also by writers, which lets
 * RocksDB write and sync their batches together. Safe from any thread.
 */
final class Database implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RocksStorage.class);

  static final long NOT_FOUND = -1;

  private final Path folder;
  private final DatabaseOptions options;
  private final RocksDB db;
  private final SequenceFloor floor;
  private final Room room;

  private final ReentrantReadWriteLock inUse = new ReentrantReadWriteLock();
  private volatile boolean closed; // written under the write lock

  private Database(
      Path folder, DatabaseOptions options, RocksDB db, SequenceFloor floor, Room room) {
    this.folder = folder;
    this.options = options;
    this.db = db;
    this.floor = floor;
    this.room = room;
  }

  static Database open(Path folder, Durability durability, Room room) throws IOException {
    NativeLibrary.load();
    return open(folder, new DatabaseOptions(durability), room);
  }

  /** Opens it with {@code options}, which are closed with it, or when it cannot be opened. */
  static Database open(Path folder, DatabaseOptions options, Room room) throws IOException {
    try {
      Folder.requireUsable(folder);
      if (Folder.prepare(folder)) {
        options.endReplayAtGaps();
      }
      SequenceFloor floor = SequenceFloor.read(folder);
      RocksDB db = RocksDB.open(options.options(), Folder.realPath(folder));
      return new Database(folder, options, db, floor, room).checked();
    } catch (RocksDBException e) {
      options.close();
      throw Failures.opening(folder, e);
    } catch (IOException e) {
      options.close();
      throw Failures.opening(folder, e);
    }
  }

  /** Returns the value of {@code key}, or null. */
  byte @Nullable [] get(byte[] key) throws IOException {
    return get(options.reading(), key);
  }

  /** Returns the value of {@code key}, or null; does not keep what stands around it in memory. */
  byte @Nullable [] getOnce(byte[] key) throws IOException {
    return get(options.readingOnce(), key);
  }

  /**
   * Copies as much of the value of {@code key} as fits into {@code start}.
   *
   * @return how many bytes the value has, or {@link #NOT_FOUND}
   */
  long get(byte[] key, byte[] start) throws IOException {
    enter();
    try {
      int valueBytes = db.get(options.reading(), key, start);
      return valueBytes == RocksDB.NOT_FOUND ? NOT_FOUND : valueBytes;
    } catch (RocksDBException e) {
      throw Failures.using(folder, e);
    } finally {
      leave();
    }
  }

  private byte @Nullable [] get(ReadOptions how, byte[] key) throws IOException {
    enter();
    try {
      return db.get(how, key);
    } catch (RocksDBException e) {
      throw Failures.using(folder, e);
    } finally {
      leave();
    }
  }

  /** Shows all records with {@code from <= key < to}, as they are now, until told to stop. */
  void scan(byte[] from, byte[] to, Cursor cursor) throws IOException {
    scan(options.reading(), from, to, cursor);
  }

  /** The same, but does not keep in memory what it reads. */
  void scanOnce(byte[] from, byte[] to, Cursor cursor) throws IOException {
    scan(options.readingOnce(), from, to, cursor);
  }

  private void scan(ReadOptions how, byte[] from, byte[] to, Cursor cursor) throws IOException {
    enter();
    try (Slice end = new Slice(to);
        ReadOptions bounded = new ReadOptions(how).setIterateUpperBound(end);
        RocksIterator records = db.newIterator(bounded)) {
      ScannedRecord record = new ScannedRecord(records);
      for (records.seek(from); records.isValid(); records.next()) {
        if (!cursor.visit(record)) {
          return;
        }
      }
      records.status(); // an iterator also stops at a record that it cannot read
    } catch (RocksDBException e) {
      throw Failures.using(folder, e);
    } finally {
      leave();
    }
  }

  /** Writes all of {@code changes} or nothing. */
  void write(boolean durable, Changes changes) throws IOException {
    RecordBatch records = new RecordBatch();
    changes.addTo(records);
    enter();
    byte[] written = records.toByteArray();
    try (WriteBatch batch = new WriteBatch(written)) {
      if (room.isOutdated()) {
        measureRoom();
      }
      room.takes(written.length);
      db.write(options.writing(durable), batch);
    } catch (RocksDBException e) {
      throw Failures.using(folder, e);
    } finally {
      leave();
    }
  }

  /**
   * Gives space back after all records between {@code from} and {@code to} were removed. Waits
   * until it is done. What is too small to be worth it is counted, and goes when it is an eighth of
   * all, or when RocksDB next rewrites its tables, which it puts off for as long as little is
   * written. What is large is counted too: about as much was removed elsewhere, in an index.
   */
  void reclaim(byte[] from, byte[] to) throws IOException {
    enter();
    try (Slice first = new Slice(from);
        Slice end = new Slice(to)) {
      List<Range> ranges = List.of(new Range(first, end));
      long bytes = db.getApproximateSizes(ranges, INCLUDE_FILES, INCLUDE_MEMTABLES)[0];
      if (room.isWorthReclaiming(bytes)) {
        db.compactRange();
      } else if (bytes >= Room.RECLAIM_BYTES) {
        db.compactRange(from, to);
      }
      measureRoom();
    } catch (RocksDBException e) {
      throw Failures.using(folder, e);
    } finally {
      leave();
    }
  }

  private void measureRoom() throws RocksDBException {
    room.measured(
        db.getLongProperty("rocksdb.live-sst-files-size")
            + db.getLongProperty("rocksdb.cur-size-all-mem-tables"));
  }

  /** Returns how much may be added of what others write, or 0. */
  long roomBytes() {
    if (room.isScarce() && inUse.readLock().tryLock()) { // else it is being closed
      try {
        if (!closed) {
          measureRoom();
        }
      } catch (RocksDBException e) {
        LOG.debug("how large the storage in {} is cannot be measured", folder, e);
      } finally {
        inUse.readLock().unlock();
      }
    }
    return room.bytes();
  }

  void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the storage in " + folder + " is closed");
    }
  }

  Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    if (inUse.getReadHoldCount() > 0) {
      throw new IllegalStateException("a storage cannot be closed from within a scan of it");
    }
    inUse.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        closeNative();
      }
    } finally {
      inUse.writeLock().unlock();
    }
  }

  /** Refuses a database that has lost writes of which {@code FLOOR} knows. */
  private Database checked() throws IOException, RocksDBException {
    try {
      floor.raise(db.getLatestSequenceNumber());
      measureRoom();
      return this;
    } catch (IOException | RocksDBException e) {
      db.close();
      throw e;
    }
  }

  /**
   * Moves everything from the write-ahead log into tables first: there every byte is under a
   * checksum, while a damaged length at the end of the log looks like the torn end of a crash.
   */
  private void closeNative() throws IOException {
    try (FlushOptions flush = new FlushOptions().setWaitForFlush(true)) {
      db.syncWal();
      db.flush(flush);
      floor.raise(db.getLatestSequenceNumber());
    } catch (RocksDBException e) {
      throw Failures.using(folder, e);
    } finally {
      db.close();
      options.close();
    }
  }

  private void enter() {
    inUse.readLock().lock();
    if (closed) {
      inUse.readLock().unlock();
      requireOpen();
    }
  }

  private void leave() {
    inUse.readLock().unlock();
  }

  /** Takes in the records of a scan. */
  interface Cursor {
    /** Looks at one record; returns whether to go on. */
    boolean visit(ScannedRecord record) throws IOException;
  }

  /** What one write changes. */
  interface Changes {
    void addTo(RecordBatch batch);
  }
}
