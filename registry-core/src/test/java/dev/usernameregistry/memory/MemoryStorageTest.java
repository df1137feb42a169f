package dev.usernameregistry.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.StorageContract;
import dev.usernameregistry.log.StoredThings;
import dev.usernameregistry.log.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class MemoryStorageTest extends StorageContract {
  private static final Key ALICE = StoredThings.key(1);

  @Override
  protected Storage open(Path folder) {
    return new MemoryStorage();
  }

  @Test
  void whatIsRemovedOrReplacedGivesItsRoomBack() throws Exception {
    try (MemoryStorage storage = new MemoryStorage(100_000)) {
      LogStorage log = storage.openLog(ALICE);
      LogStorage room = storage.openLog(StoredThings.key(2));
      log.commit(StoredThings.commit(ALICE, new Random(1), 20));
      long full = room.roomBytes();
      log.commit(StoredThings.cut(ALICE, 10));
      assertThat(room.roomBytes()).isGreaterThan(full);
      storage.deleteLog(ALICE);
      assertThat(room.roomBytes()).isEqualTo(100_000);

      Table table = storage.openTable("facts");
      table.write(List.of(new Table.Row(new byte[1], new byte[5_000])), false);
      table.write(List.of(new Table.Row(new byte[1], new byte[100])), false);
      assertThat(room.roomBytes()).isBetween(99_000L, 99_900L);
      table.write(List.of(new Table.Row(new byte[1], null)), false);
      assertThat(room.roomBytes()).isEqualTo(100_000);
    }
  }

  @Test
  void thereIsNeverLessRoomThanNone() throws Exception {
    try (MemoryStorage storage = new MemoryStorage(10)) {
      storage.openLog(ALICE).commit(StoredThings.commit(ALICE, new Random(1), 20));
      assertThat(storage.openLog(ALICE).roomBytes()).isZero();
      assertThat(storage.openLog(ALICE).readBlock(19)).isNotNull();
    }
    assertThatThrownBy(() -> new MemoryStorage(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
