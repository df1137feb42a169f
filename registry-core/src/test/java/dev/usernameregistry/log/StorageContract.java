package dev.usernameregistry.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link Storage} must do, its logs and tables included. A storage's test extends this
 * and supplies {@link #open}.
 */
public abstract class StorageContract implements LogStorageContract, TableContract {
  private static final int MIB = 1 << 20;

  @TempDir private Path folder;
  private Storage storage;

  /** Makes the test. */
  protected StorageContract() {}

  /** Opens an empty storage; may use {@code folder}, which is empty. */
  protected abstract Storage open(Path folder) throws IOException;

  @Override
  public final Storage storage() {
    return storage;
  }

  /** Returns the folder that {@link #storage} may use. */
  protected final Path folder() {
    return folder;
  }

  @BeforeEach
  final void openStorage() throws IOException {
    storage = open(folder);
  }

  @AfterEach
  final void closeStorage() throws IOException {
    storage.close();
  }

  @Test
  void logKeysAreThoseCommittedToInAscendingOrder() throws IOException {
    for (int number : new int[] {9, 200, 3, 77}) {
      Key key = StoredThings.key(number);
      storage.openLog(key).commit(StoredThings.commit(key, new Random(1), 1));
    }
    storage.openLog(StoredThings.key(5));

    assertThat(storage.logKeys())
        .hasSize(4)
        .isSorted()
        .contains(StoredThings.key(9), StoredThings.key(200));
  }

  @Test
  void aDeletedLogIsGoneAndCanBeginAnew() throws IOException {
    LogStorage old = storage.openLog(ALICE);
    old.commit(StoredThings.commit(ALICE, new Random(1), 5));
    storage.openLog(BOB).commit(StoredThings.commit(BOB, new Random(1), 5));
    storage.deleteLog(ALICE);
    storage.deleteLog(StoredThings.key(99));

    assertThat(storage.logKeys()).containsExactly(BOB);
    assertThatThrownBy(() -> old.readBlock(0)).isInstanceOf(IllegalStateException.class);
    LogStorage fresh = storage.openLog(ALICE);
    assertThat(fresh.storedBlocks(0)).isEmpty();
    fresh.commit(StoredThings.commit(ALICE, new Random(2), 1));
    assertThat(fresh.storedBlocks(0)).containsExactly(0);
    assertThat(fresh.readNodes(new long[] {1})).containsExactly((TreeNode) null);
    assertThat(storage.openLog(BOB).storedBlocks(0)).hasSize(5);
  }

  @Test
  void whatIsWrittenTakesRoom() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    long before = log.roomBytes();
    for (long block = 0; block < 4; block++) {
      Map<Long, byte[]> blocks = Map.of(block, StoredThings.bytes(new Random(block), MIB));
      log.commit(new Commit(StoredThings.state(ALICE, 0), 4, List.of(), blocks, false));
    }
    long between = log.roomBytes();
    Table table = storage.openTable("facts");
    for (int row = 0; row < 4; row++) {
      byte[] value = StoredThings.bytes(new Random(row), MIB);
      table.write(List.of(new Table.Row(new byte[] {(byte) row}, value)), false);
    }

    assertThat(before - between).isBetween(4L * MIB, 8L * MIB);
    assertThat(between - log.roomBytes()).isBetween(2L * MIB, 8L * MIB);
  }

  @Test
  void everythingRefusesToWorkOnceClosedAndClosingAgainIsHarmless() throws IOException {
    LogStorage log = storage.openLog(ALICE);
    log.commit(StoredThings.commit(ALICE, new Random(1), 1));
    Table table = storage.openTable("facts");
    storage.close();
    storage.close();

    assertRefused(() -> log.readBlock(0));
    assertRefused(() -> log.readState());
    assertRefused(() -> log.readNodes(new long[] {0}));
    assertRefused(() -> log.storedBlocks(0));
    assertRefused(() -> log.commit(StoredThings.commit(ALICE, new Random(1), 1)));
    assertRefused(() -> table.get(TableContract.bytes("a")));
    assertRefused(() -> table.scan(new byte[0], null, (key, value) -> true));
    assertRefused(() -> table.write(List.of(TableContract.row("a", "1")), true));
    assertRefused(() -> storage.openLog(ALICE));
    assertRefused(() -> storage.openTable("facts"));
    assertRefused(() -> storage.logKeys());
    assertRefused(() -> storage.deleteLog(ALICE));
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
