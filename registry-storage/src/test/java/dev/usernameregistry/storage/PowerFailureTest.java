package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of writes that were not synced, of which the system loses some when power fails. */
class PowerFailureTest {
  private static final int ROWS_BEHIND_SWITCH = 20;
  private static final int SEEDS = 40;

  @TempDir private Path temp;

  /** The end of one journal may be torn while the next, which is another file, is whole. */
  @Test
  void behindATornEndNoLaterWriteIsThereEither() throws IOException {
    Random random = new Random(5);
    Path folder = temp.resolve("storage");
    long firstBehind;
    NativeLibrary.load();
    DatabaseOptions options = new DatabaseOptions(Durability.BUFFERED);
    options.options().setWriteBufferSize(64 << 10).setMinWriteBufferNumberToMerge(3);
    options.options().setMaxWriteBufferNumber(6);
    try (Storage storage = OpenStorage.over(Database.open(folder, options, new Room(0)))) {
      Table table = storage.openTable("table");
      for (firstBehind = 0; journals(folder).size() < 2; firstBehind++) {
        table.write(List.of(row(firstBehind)), false);
      }
      for (int i = 0; i < ROWS_BEHIND_SWITCH; i++) {
        table.write(List.of(row(firstBehind + i)), false);
      }
      for (int copy = 0; copy < 20; copy++) {
        copyTo(temp.resolve("copy" + copy), folder);
      }
    }

    for (int copy = 0; copy < 20; copy++) {
      Path left = temp.resolve("copy" + copy);
      Path journal = journals(left).get(0);
      try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 1 - random.nextInt((int) channel.size() / 2));
      }
      assertThat(rows(left).size()).isBetween(1, (int) firstBehind);
    }
  }

  /** Of each page that was not synced, the disk may have any version, and a later one another. */
  @Test
  void ofWhatWasNotSyncedASuffixIsLostWhicheverPagesAreMissing() throws IOException {
    int cuts = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      Path folder = temp.resolve("storage" + seed);
      Unsynced disk = new Unsynced(folder);
      Path left = temp.resolve("left" + seed);
      long written = 0;
      long synced = 0;
      try (Storage storage = OpenStorage.over(Database.open(folder, smallBuffers(), new Room(0)))) {
        Table table = storage.openTable("table");
        for (long end = 20L + random.nextInt(150); written < end; written++) {
          boolean durable = random.nextInt(30) == 0;
          table.write(List.of(row(written, random.nextInt(3_000))), durable);
          disk.written(durable);
          synced = durable ? written + 1 : synced;
        }
        disk.copyTo(left, random);
      }

      long found = rows(left).size();
      assertThat(found).as("rows of %d, seed %d", written, seed).isBetween(synced, written);
      cuts += found < written ? 1 : 0;
      Path again = temp.resolve("again" + seed);
      Unsynced sound = new Unsynced(left);
      try (Storage storage = RocksStorage.at(left).open()) {
        for (long more = 0; more < 5; more++) {
          storage.openTable("table").write(List.of(row(found + more, 100)), true);
        }
        sound.written(true);
        sound.copyTo(again, random);
      }
      assertThat(rows(again).size()).as("rows, seed %d", seed).isEqualTo((int) found + 5);
    }
    assertThat(cuts).as("runs in which something was lost").isBetween(SEEDS / 3, SEEDS - 1);
  }

  private static DatabaseOptions smallBuffers() throws IOException {
    NativeLibrary.load();
    DatabaseOptions options = new DatabaseOptions(Durability.SYNC);
    options.options().setWriteBufferSize(64 << 10).setMinWriteBufferNumberToMerge(3);
    options.options().setMaxWriteBufferNumber(6);
    return options;
  }

  private static Table.Row row(long number) {
    return row(number, 1_000);
  }

  private static Table.Row row(long number, int bytes) {
    byte[] value = new byte[bytes];
    new Random(number).nextBytes(value);
    return new Table.Row(ByteBuffer.allocate(8).putLong(number).array(), value);
  }

  /** Returns the numbers of the rows, which must be 0 and so on, without a gap. */
  private static List<Long> rows(Path folder) throws IOException {
    List<Long> rows = new ArrayList<>();
    try (Storage storage = RocksStorage.at(folder).durability(Durability.BUFFERED).open()) {
      storage
          .openTable("table")
          .scan(new byte[0], null, (key, value) -> rows.add(ByteBuffer.wrap(key).getLong()));
    }
    for (int row = 0; row < rows.size(); row++) {
      assertThat(rows.get(row)).isEqualTo(row);
    }
    return rows;
  }

  private static List<Path> journals(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".log")).sorted().toList();
    }
  }

  private static void copyTo(Path copy, Path folder) throws IOException {
    Files.createDirectory(copy);
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        if (!file.endsWith("LOCK")) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
    }
  }
}
