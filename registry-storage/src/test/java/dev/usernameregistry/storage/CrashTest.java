package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Storage;
import dev.usernameregistry.memory.MemoryStorage;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills a writing process at random moments, again and again, over one folder. */
final class CrashTest {
  private static final int KILLS = 12;
  private static final int LINES_MAX = 300;
  private static final int KILL_AFTER_NANOS_MAX = 3_000_000;

  @TempDir private Path temp;

  /**
   * The storage must hold the writes up to some number and no others, each of them whole: exactly
   * what a storage in memory holds to which the same writes were made.
   */
  @ParameterizedTest
  @EnumSource
  void everyWriteThatReturnedIsThereAndNothingHalfWritten(Durability durability) throws Exception {
    Path folder = temp.resolve("storage");
    Random random = new Random(durability.name().hashCode());
    MemoryStorage expected = new MemoryStorage();
    long last = -1;
    for (int kill = 0; kill < KILLS; kill++) {
      // one in six dies while it opens, that is in the middle of recovery
      int lines = kill % 6 == 0 ? 1 : 2 + random.nextInt(LINES_MAX);
      long afterNanos = random.nextInt(lines == 1 ? 100_000_000 : KILL_AFTER_NANOS_MAX);
      List<String> arguments = List.of(folder.toString(), durability.name());
      List<String> printed =
          ChildProcess.kill(WritingChild.class, arguments, temp, lines, afterNanos);

      long acknowledged = printed.size() == 1 ? last : Long.parseLong(lastOf(printed));
      try (Storage storage = RocksStorage.at(folder).durability(durability).open()) {
        long found = NumberedWrites.last(storage);
        assertThat(found).as("after kill %d", kill).isBetween(acknowledged, acknowledged + 1);
        for (; last < found; last++) {
          NumberedWrites.write(expected, last + 1);
        }
        assertThat(Contents.of(storage, NumberedWrites.TABLE))
            .as("after kill %d", kill)
            .isEqualTo(Contents.of(expected, NumberedWrites.TABLE));
      }
    }
    assertThat(last).as("writes made").isGreaterThan(KILLS);
  }

  private static String lastOf(List<String> printed) {
    return printed.get(printed.size() - 1);
  }
}
