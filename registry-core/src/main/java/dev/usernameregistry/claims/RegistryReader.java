package dev.usernameregistry.claims;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.bee.BeeOptions;
import dev.usernameregistry.bee.Change;
import dev.usernameregistry.bee.Cursor;
import dev.usernameregistry.bee.Entry;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.log.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings the index to where one registry's log is, step by step. Safe from any thread; steps of one
 * reader wait for each other.
 *
 * <p>Follows the history of the bee, block by block, and not its tree: any number of blocks from
 * the start says which key has which value, each block is read once, and a tree that is not what
 * its blocks say cannot mislead it.
 */
public final class RegistryReader {
  private static final long BLOCKS_MAX = 512;
  private static final long BYTES_MAX = 1 << 20;
  private static final BeeOptions UNCACHED = BeeOptions.DEFAULT.withCacheBytesMax(0);

  private final Log log;
  private final ClaimIndex index;
  private final Supplier<Bee> bees;

  /** Where removing rows of earlier rounds goes on; null before the first of them. */
  private byte @Nullable [] sweepFrom;

  /** What is wrong with block {@link #brokenAt}, which is read no second time. */
  private @Nullable PeerFault broken;

  private long brokenAt;
  private long brokenFork;

  /** Reads {@code log} into {@code index}; does nothing yet. */
  public RegistryReader(Log log, ClaimIndex index) {
    // made anew for each step: of most registries, none is taken for a long time
    this(log, index, () -> new Bee(log, UNCACHED));
  }

  /**
   * Reads {@code log} through {@code bee}, which remembers the blocks that were written through it.
   */
  public RegistryReader(Log log, ClaimIndex index, Bee bee) {
    this(log, index, () -> bee);
  }

  private RegistryReader(Log log, ClaimIndex index, Supplier<Bee> bees) {
    this.log = log;
    this.index = index;
    this.bees = bees;
  }

  /**
   * Takes in some of the blocks that are stored and not known to the index.
   *
   * @return whether there may be more to take in at once
   * @throws UnreadableRegistryException if a block is not what a bee has; the blocks before it are
   *     taken in, and no block behind it is until the log has another fork
   */
  public synchronized boolean advance() throws IOException, UnreadableRegistryException {
    long fork = log.fork();
    long stored = log.contiguousLength();
    Progress progress = index.progress(log.key());
    if (progress.length() > stored || (progress.fork() != fork && progress.length() > 0)) {
      sweepFrom = null; // the rows before it are of an earlier round now
      index.apply(log.key(), batch -> batch.progress().anew(fork));
      return true;
    }
    if (progress.length() < stored) {
      PeerFault fault = broken;
      if (fault != null && fork == brokenFork && progress.length() == brokenAt) {
        if (progress.sweeping()) {
          sweep(); // nothing more of this round comes
          return true;
        }
        throw new UnreadableRegistryException(fault);
      }
      readOn(progress, fork, stored);
      return !isFollowed(index.progress(log.key()));
    }
    return progress.sweeping() && progress.length() == log.length() && sweep();
  }

  private boolean isFollowed(Progress progress) {
    return progress.fork() == log.fork()
        && progress.length() == log.contiguousLength()
        && !progress.sweeping();
  }

  /**
   * Takes in what the own append of blocks {@code start} to before {@code end} did, without reading
   * them, if the index has followed the log up to there.
   *
   * @return whether it was taken in; if not, {@link #advance} does it
   */
  public synchronized boolean take(ClaimChanges changes, long fork, long start, long end)
      throws IOException {
    Progress progress = index.progress(log.key());
    if (progress.fork() != fork || progress.length() != start || progress.sweeping()) {
      return false;
    }
    index.take(log.key(), changes, progress.at(fork, end));
    return true;
  }

  /** Returns how far the index has followed. */
  public Progress progress() throws IOException {
    return index.progress(log.key());
  }

  private void readOn(Progress progress, long fork, long stored) throws IOException {
    Blocks blocks = new Blocks();
    Optional<PeerFault> fault;
    try {
      fault = blocks.read(progress.length(), stored);
    } catch (IOException cut) {
      if (log.fork() == fork && log.length() >= stored) {
        throw cut;
      }
      return;
    }
    if (log.fork() != fork) {
      return;
    }
    if (blocks.next > progress.length()) {
      index.apply(
          log.key(),
          batch -> {
            for (Map.Entry<ByteBuffer, Change> last : blocks.lastChanges.entrySet()) {
              Entry entry = last.getValue().entry();
              if (last.getValue().kind() == Change.Kind.PUT) {
                batch.put(entry.key(), entry.value().orElse(null));
              } else {
                batch.remove(entry.key());
              }
            }
            return batch.progress().at(fork, blocks.next);
          });
    }
    if (fault.isPresent()) {
      broken = fault.get();
      brokenAt = blocks.next;
      brokenFork = fork;
    }
  }

  private boolean sweep() throws IOException {
    byte[] from = sweepFrom == null ? ClaimRows.ofRegistry(log.key()) : sweepFrom;
    sweepFrom = index.sweep(log.key(), from);
    return sweepFrom != null;
  }

  /** The last change of each key in some blocks. */
  private final class Blocks {
    private final Bee bee = bees.get();
    private final Map<ByteBuffer, Change> lastChanges = new LinkedHashMap<>();
    private long next;

    /** Reads from block {@code from} on; returns what was wrong with block {@link #next}, if so. */
    Optional<PeerFault> read(long from, long to) throws IOException {
      next = from;
      try {
        if (next == 0) {
          bee.header();
          next = 1;
        }
        long end = Math.min(to, from + BLOCKS_MAX);
        Cursor<Change> history = bee.history(next);
        for (long byteCount = 0; next < end && byteCount < BYTES_MAX; next++) {
          Change change = history.next();
          if (change == null) {
            break;
          }
          ByteBuffer key = ByteBuffer.wrap(change.entry().key());
          lastChanges.remove(key);
          lastChanges.put(key, change);
          byteCount += change.blockBytes();
        }
        return Optional.empty();
      } catch (PeerFault fault) {
        return Optional.of(fault);
      }
    }
  }
}
