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
    try (Storage storage = OpenStorage.over(Database.open(folder, options))) {
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
      List<Long> rows = rows(left);
      assertThat(rows.size()).isBetween(1, (int) firstBehind);
      for (long row = 0; row < rows.size(); row++) {
        assertThat(rows.get((int) row)).isEqualTo(row);
      }
    }
  }

  private static Table.Row row(long number) {
    return new Table.Row(ByteBuffer.allocate(8).putLong(number).array(), new byte[1_000]);
  }

  private static List<Long> rows(Path folder) throws IOException {
    List<Long> rows = new ArrayList<>();
    try (Storage storage = RocksStorage.at(folder).durability(Durability.BUFFERED).open()) {
      storage
          .openTable("table")
          .scan(new byte[0], null, (key, value) -> rows.add(ByteBuffer.wrap(key).getLong()));
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
