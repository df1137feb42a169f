package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.log.CorruptStorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceFloorTest {
  @TempDir private Path folder;

  @Test
  void fewerWritesThanBeforeAreRefusedAndAsManyOrMoreAreNot() throws IOException {
    SequenceFloor.read(folder).raise(5);

    assertThatThrownBy(() -> SequenceFloor.read(folder).raise(4))
        .isInstanceOf(CorruptStorageException.class)
        .hasMessageContaining("had 5 writes and has 4 now; restore a backup");
    SequenceFloor.read(folder).raise(5);
    SequenceFloor.read(folder).raise(1L << 40);
    assertThatThrownBy(() -> SequenceFloor.read(folder).raise((1L << 40) - 1))
        .isInstanceOf(CorruptStorageException.class);
  }

  @Test
  void aFloorThatWasRaisedHereCountsHereToo() throws IOException {
    SequenceFloor floor = SequenceFloor.read(folder);
    floor.raise(5);

    assertThatThrownBy(() -> floor.raise(4)).isInstanceOf(CorruptStorageException.class);
  }

  @Test
  void aByteThatIsAnotherOrMissingOrTooManyIsDamage() throws IOException {
    SequenceFloor.read(folder).raise(5);
    Path file = folder.resolve("FLOOR");
    byte[] whole = Files.readAllBytes(file);
    assertThat(whole).hasSize(12);
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      assertDamaged(file, damaged);
    }
    assertDamaged(file, Arrays.copyOf(whole, 13));
    assertDamaged(file, Arrays.copyOf(whole, 11));
    assertDamaged(file, new byte[0]);
  }

  private void assertDamaged(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    assertThatThrownBy(() -> SequenceFloor.read(folder))
        .isInstanceOf(CorruptStorageException.class)
        .hasMessageContaining("FLOOR");
  }

  /** As whoever closes a registry often is: a thread pool's thread that was told to stop. */
  @Test
  void whoeverIsInterruptedRaisesItAllTheSameAndStaysInterrupted() throws IOException {
    Thread.currentThread().interrupt();
    try {
      SequenceFloor.read(folder).raise(5);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }

    assertThatThrownBy(() -> SequenceFloor.read(folder).raise(4))
        .isInstanceOf(CorruptStorageException.class);
  }

  @Test
  void whatAProcessLeftThatWasKilledWhileItRaisedItIsNoObstacle() throws IOException {
    Files.write(folder.resolve("FLOOR.dbtmp"), new byte[100]);

    SequenceFloor.read(folder).raise(5);

    SequenceFloor.read(folder).raise(5);
    assertThat(folder.resolve("FLOOR.dbtmp")).doesNotExist();
  }
}
