package dev.usernameregistry.testkit;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Commit;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.StorageFactory;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.memory.MemoryStorage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A storage in memory that is still there when it is closed and opened again; counts what it is
 * asked for, and fails when told to. Safe from any thread.
 */
public final class KeptStorage implements StorageFactory {
  /** Blocks read so far. */
  public final AtomicLong blockReads = new AtomicLong();

  /** Table rows written or removed so far. */
  public final AtomicLong rowsWritten = new AtomicLong();

  /** Commits of logs so far. */
  public final AtomicLong commits = new AtomicLong();

  /** Times that it was closed. */
  public final AtomicLong closes = new AtomicLong();

  /** Whether commits of logs fail from now on. */
  public volatile boolean failing;

  /** Whether writes of table rows fail from now on. */
  public volatile boolean tablesFailing;

  /** Whether logs cannot be deleted from now on. */
  public volatile boolean deletesFailing;

  /** Is run before each commit of a log, on the thread that commits. */
  public volatile Runnable beforeCommit = () -> {};

  /** Is given the number of each block before it is read, on the thread that reads. */
  public volatile LongConsumer beforeRead = block -> {};

  /** Is given the number of each block that was read, on the thread that reads. */
  public volatile LongConsumer afterRead = block -> {};

  /** Is thrown when this is closed, if there is one. */
  public volatile Optional<IOException> closeFailure = Optional.empty();

  private final MemoryStorage kept = new MemoryStorage();

  /** Makes an empty storage. */
  public KeptStorage() {}

  @Override
  public Storage open() {
    return new Opened();
  }

  private final class Opened implements Storage {
    @Override
    public LogStorage openLog(Key key) {
      return new CountedLog(kept.openLog(key));
    }

    @Override
    public List<Key> logKeys() {
      return kept.logKeys();
    }

    @Override
    public void deleteLog(Key key) throws IOException {
      if (deletesFailing) {
        throw new IOException("no space left on device");
      }
      kept.deleteLog(key);
    }

    @Override
    public Table openTable(String name) {
      return new CountedTable(kept.openTable(name));
    }

    @Override
    public void close() throws IOException {
      closes.incrementAndGet();
      if (closeFailure.isPresent()) {
        throw closeFailure.get();
      }
    }
  }

  private final class CountedTable extends ForwardingTable {
    CountedTable(Table table) {
      super(table);
    }

    @Override
    public void write(List<Row> rows, boolean durable) throws IOException {
      if (tablesFailing) {
        throw new IOException("no space left on device");
      }
      rowsWritten.addAndGet(rows.size());
      super.write(rows, durable);
    }
  }

  private final class CountedLog extends ForwardingLogStorage {
    CountedLog(LogStorage log) {
      super(log);
    }

    @Override
    public byte @Nullable [] readBlock(long block) throws IOException {
      blockReads.incrementAndGet();
      beforeRead.accept(block);
      byte[] read = super.readBlock(block);
      afterRead.accept(block);
      return read;
    }

    @Override
    public void commit(Commit commit) throws IOException {
      beforeCommit.run();
      if (failing) {
        throw new IOException("no space left on device");
      }
      commits.incrementAndGet();
      super.commit(commit);
    }
  }
}
