package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.ForwardingLogStorage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is read of a log while, or after, another fork of it is being stored. */
@Timeout(60)
class ReadingWhileCutTest extends ForkScene {
  private final CutStorage storage = new CutStorage();
  private final Log log = open(storage);

  private static Log open(LogStorage storage) {
    try {
      return Log.open(storage, MANIFEST, Optional.of(SIGNER));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aBlockThatIsReadWhileTheLogIsCutIsOneOfTheLogThatThereIsThen() throws Exception {
    log.append(blocks(0, 4));
    CompletableFuture<byte[]> read = new CompletableFuture<>();
    storage.stored =
        () -> {
          Thread reader = new Thread(() -> complete(read), "reader");
          reader.start();
          awaitWaiting(reader);
        };

    log.truncate(2);

    assertThatThrownBy(() -> read.get(30, TimeUnit.SECONDS))
        .as("block 3, which is stored no more")
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("block 3 of 2");
  }

  @Test
  void whatWasThereIsReadAlsoAfterTheDiskFailedToStoreAnotherFork() throws Exception {
    log.append(blocks(0, 4));
    storage.broken = true;

    assertThatThrownBy(() -> log.truncate(2)).hasMessage("the disk is full, by a test");

    assertThat(log.length()).isEqualTo(4);
    assertThat(log.get(3)).isEqualTo(blocks(3, 1).get(0));
    assertThatThrownBy(() -> log.append(blocks(4, 1))).hasMessageContaining("reopened");
  }

  private void complete(CompletableFuture<byte[]> read) {
    try {
      read.complete(log.get(3));
    } catch (IOException | RuntimeException e) {
      read.completeExceptionally(e);
    }
  }

  /** Returns when {@code thread} has ended, or waits for what this thread holds. */
  private static void awaitWaiting(Thread thread) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (thread.isAlive() && thread.getState() != Thread.State.BLOCKED) {
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("the reader neither waits nor ends, it is " + thread.getState());
      }
      Thread.onSpinWait();
    }
  }

  /** Stores, and lets a test act before the log knows that it is stored; or fails. */
  private static final class CutStorage extends ForwardingLogStorage {
    private Runnable stored = () -> {};
    private boolean broken;

    CutStorage() {
      super(new MemoryStorage().openLog(MANIFEST.key()));
    }

    @Override
    public void commit(Commit commit) throws IOException {
      if (broken) {
        throw new IOException("the disk is full, by a test");
      }
      super.commit(commit);
      stored.run();
    }
  }
}
