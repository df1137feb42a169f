package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.memory.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages the files of a storage in all the ways a disk can. */
final class CorruptionTest {
  private static final int WRITES = 120;
  private static final int FLIPS_PER_FILE = 60;

  @TempDir private Path temp;

  /** As it was closed: everything is in tables. */
  private Map<String, byte[]> closed = Map.of();

  /** As it was before: everything is in the write-ahead log, as a killed process leaves it. */
  private Map<String, byte[]> killed = Map.of();

  private Map<String, String> contents = Map.of();

  @BeforeEach
  void fillStorage() throws IOException {
    Path folder = temp.resolve("original");
    try (Storage storage = RocksStorage.at(folder).durability(Durability.BUFFERED).open()) {
      for (int number = 0; number < WRITES; number++) {
        NumberedWrites.write(storage, number);
      }
      contents = Contents.of(storage, NumberedWrites.TABLE);
      killed = readFiles(folder);
    }
    closed = readFiles(folder);
  }

  @Test
  void aFlippedBitGivesTheTypedErrorOrTheRightAnswersAfterClosing() throws IOException {
    flipBits(closed, new Random(1));
  }

  @Test
  void aFlippedBitGivesTheTypedErrorOrTheRightAnswersAfterAKill() throws IOException {
    flipBits(killed, new Random(2));
  }

  @Test
  void aMissingFileIsTheTypedError() throws IOException {
    for (String name : closed.keySet()) {
      if (name.matches("CURRENT|MANIFEST.*|.*sst")) {
        Map<String, byte[]> files = new HashMap<>(closed);
        files.remove(name);
        assertThatThrownBy(() -> read(files))
            .as(name)
            .isInstanceOf(CorruptStorageException.class)
            .hasMessageContaining("damaged")
            .hasMessageContaining("restore a backup");
      }
    }
  }

  @Test
  void aTornEndOfTheWriteAheadLogLosesTheLastWritesOnly() throws IOException {
    String log = nameOf(killed, ".log");
    byte[] whole = bytes(killed, log);
    Random random = new Random(3);
    for (int tear = 0; tear < 20; tear++) {
      int length = whole.length - random.nextInt(whole.length / 2);
      Map<String, byte[]> files = new HashMap<>(killed);
      files.put(log, Arrays.copyOf(whole, length));
      Path folder = write(files);
      try (Storage storage = RocksStorage.at(folder).open();
          Storage expected = new MemoryStorage()) {
        long last = NumberedWrites.last(storage);
        assertThat(last).isBetween(1L, (long) WRITES);
        for (long number = 0; number <= last; number++) {
          NumberedWrites.write(expected, number);
        }
        assertThat(Contents.of(storage, NumberedWrites.TABLE))
            .isEqualTo(Contents.of(expected, NumberedWrites.TABLE));
      }
    }
  }

  @Test
  void writesThatWereThereAtTheLastCloseCannotVanish() throws IOException {
    Map<String, byte[]> files = new HashMap<>(killed);
    files.put("FLOOR", bytes(closed, "FLOOR"));
    String log = nameOf(killed, ".log");
    files.put(log, Arrays.copyOf(bytes(killed, log), bytes(killed, log).length / 2));

    assertThatThrownBy(() -> read(files))
        .isInstanceOf(CorruptStorageException.class)
        .hasMessageContaining("writes and has");
  }

  private void flipBits(Map<String, byte[]> files, Random random) throws IOException {
    int refused = 0;
    for (String name : List.copyOf(files.keySet())) {
      byte[] whole = bytes(files, name);
      for (int flip = 0; flip < Math.min(FLIPS_PER_FILE, whole.length); flip++) {
        byte[] damaged = whole.clone();
        int at = random.nextInt(whole.length);
        damaged[at] = (byte) (damaged[at] ^ (1 << random.nextInt(8)));
        Map<String, byte[]> copy = new HashMap<>(files);
        copy.put(name, damaged);
        try {
          assertThat(read(copy)).as("%s with a bit flipped at %d", name, at).isEqualTo(contents);
        } catch (CorruptStorageException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThanOrEqualTo(FLIPS_PER_FILE);
  }

  private Map<String, String> read(Map<String, byte[]> files) throws IOException {
    Path folder = write(files);
    try (Storage storage = RocksStorage.at(folder).open()) {
      return Contents.of(storage, NumberedWrites.TABLE);
    }
  }

  private Path write(Map<String, byte[]> files) throws IOException {
    Path folder = temp.resolve("copy");
    Files.createDirectories(folder);
    for (String left : readFiles(folder).keySet()) {
      Files.delete(folder.resolve(left));
    }
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return folder;
  }

  private static byte[] bytes(Map<String, byte[]> files, String name) {
    return Objects.requireNonNull(files.get(name));
  }

  private static String nameOf(Map<String, byte[]> files, String end) {
    return files.keySet().stream().filter(name -> name.endsWith(end)).findFirst().orElseThrow();
  }

  private static Map<String, byte[]> readFiles(Path folder) throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        files.put(path.getFileName().toString(), Files.readAllBytes(path));
      }
    }
    return files;
  }
}
