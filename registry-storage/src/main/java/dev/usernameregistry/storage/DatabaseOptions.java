package dev.usernameregistry.storage;

import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.CompressionType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.ReadOptions;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteOptions;

/**
 * How the native database is set up: for many logs of small records, few of them busy. Owns the
 * native objects; closed after the database.
 *
 * <pre>
 * option                   value     why
 * block cache              32 MiB    bounds memory for reading, however many logs there are
 * index and filter blocks  cached    else they take memory without a bound as files grow in number
 *   of new tables          kept      a question for a free name asks them each time; there are few
 *   parts of the cache     4         of 8 MiB: the blocks of a full table, up to 2 MiB, stay in one;
 *                                    in RocksDB's 64 parts they would be read again for each get
 * write buffers            2, 16 MiB bounds memory for writing; one is written out as the other fills
 * open files               256       bounds descriptors and the tables' own memory
 * Bloom filter             10 bits   most questions for a node of a sparse log are answered "no"
 *   of write buffers       335 KB    the same for what is not written out yet, such as a free name
 * compression              LZ4       JSON and repeated keys shrink; hashes cost little
 * file checks              paranoid  a new table is read back before the records' log is dropped
 * recovery                 see below
 * statistics               off       no background work while idle
 * </pre>
 *
 * <p>Recovery ends at the first record of the write-ahead logs that is bad, or that others are
 * missing in front of: a power failure leaves the one, and {@link Replay} sees the other. {@link
 * JournalCheck} has refused to open what a power failure does not leave. In another mode RocksDB
 * goes on with the next log behind a torn end, and so loses writes from the middle; and its
 * strictest would not open after an ordinary crash.
 */
final class DatabaseOptions implements AutoCloseable {
  private static final long CACHE_BYTES = 32L << 20;
  private static final long WRITE_BUFFER_BYTES = 16L << 20;
  private static final int CACHE_PARTS_BITS = 2;
  private static final int OPEN_FILES_MAX = 256;
  private static final double BLOOM_BITS = 10;

  /** The size of a write buffer's filter, as a part of the buffer: some 20 bits for a record. */
  private static final double BUFFERED_BLOOM = 0.02;

  private final Cache cache = new LRUCache(CACHE_BYTES, CACHE_PARTS_BITS);
  private final BloomFilter filter = new BloomFilter(BLOOM_BITS);
  private final NativeWarnings warnings = new NativeWarnings();
  private final Replay replay = new Replay();
  private final Options options;
  private final ReadOptions reading = new ReadOptions();
  private final ReadOptions readingOnce = new ReadOptions().setFillCache(false);
  private final WriteOptions waiting;
  private final WriteOptions buffered = new WriteOptions();

  DatabaseOptions(Durability durability) {
    waiting = new WriteOptions().setSync(durability == Durability.SYNC);
    options =
        new Options()
            .setCreateIfMissing(true)
            .setTableFormatConfig(
                new BlockBasedTableConfig()
                    .setBlockCache(cache)
                    .setCacheIndexAndFilterBlocks(true)
                    .setPinL0FilterAndIndexBlocksInCache(true)
                    .setFilterPolicy(filter))
            .setWriteBufferSize(WRITE_BUFFER_BYTES)
            .setMemtablePrefixBloomSizeRatio(BUFFERED_BLOOM)
            .setMemtableWholeKeyFiltering(true)
            .setMaxWriteBufferNumber(2)
            .setMaxOpenFiles(OPEN_FILES_MAX)
            .setCompressionType(CompressionType.LZ4_COMPRESSION)
            .setParanoidChecks(true)
            .setParanoidFileChecks(true)
            .setWalRecoveryMode(WALRecoveryMode.PointInTimeRecovery)
            .setStatsDumpPeriodSec(0)
            .setStatsPersistPeriodSec(0)
            .setLogger(warnings);
  }

  Options options() {
    return options;
  }

  /** Has the replay of the logs end at a gap; not asked for unless there may be one. */
  void endReplayAtGaps() {
    options.setWalFilter(replay);
  }

  /** Returns how to read what may be read again. */
  ReadOptions reading() {
    return reading;
  }

  /** Returns how to read what will hardly be read again: it takes no room in the cache. */
  ReadOptions readingOnce() {
    return readingOnce;
  }

  /** Returns how to write what must be durable, or what need not be. */
  WriteOptions writing(boolean durable) {
    return durable ? waiting : buffered;
  }

  @Override
  public void close() {
    reading.close();
    readingOnce.close();
    waiting.close();
    buffered.close();
    options.close();
    filter.close();
    cache.close();
    warnings.close();
    replay.close();
  }
}
