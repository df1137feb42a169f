package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** RocksDB itself says which bytes stand for a batch. */
class RecordBatchTest {
  private static final int[] LENGTHS = {0, 1, 127, 128, 255, 16_383, 16_384, 2_097_151, 2_097_152};

  private static final byte[] NO_KEY = {};

  @BeforeAll
  static void loadLibrary() throws Exception {
    NativeLibrary.load();
  }

  @Test
  void aBatchOfNothingIsTheOneOfRocksDb() throws RocksDBException {
    try (WriteBatch theirs = new WriteBatch()) {
      assertThat(new RecordBatch().toByteArray()).isEqualTo(theirs.data());
    }
  }

  @Test
  void recordsOfEveryKindAndLengthAreThoseOfRocksDb() throws RocksDBException {
    Random random = new Random(1);
    RecordBatch ours = new RecordBatch();
    try (WriteBatch theirs = new WriteBatch()) {
      for (int length : LENGTHS) {
        byte[] some = bytes(random, length);
        byte[] others = bytes(random, 300);
        ours.put(others, some);
        theirs.put(others, some);
        ours.put(some, others);
        theirs.put(some, others);
        ours.remove(some);
        theirs.delete(some);
        ours.removeRange(some, others);
        theirs.deleteRange(some, others);
      }
      assertThat(ours.toByteArray()).isEqualTo(theirs.data());
    }
  }

  @Test
  void aValueInTwoPartsIsOneOfRocksDb() throws RocksDBException {
    byte[] key = {1};
    RecordBatch ours = new RecordBatch();
    ours.put(key, new byte[] {2, 3}, new byte[] {4});
    try (WriteBatch theirs = new WriteBatch()) {
      theirs.put(key, new byte[] {2, 3, 4});
      assertThat(ours.toByteArray()).isEqualTo(theirs.data());
    }
  }

  @Test
  void moreThanOneArrayHoldsIsRefused() {
    byte[] large = new byte[1 << 20];
    RecordBatch batch = new RecordBatch();
    for (int count = 1; count < 1 << 11; count++) { // the same array again and again
      batch.put(NO_KEY, large);
    }
    assertThatThrownBy(() -> batch.put(NO_KEY, large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 GiB");
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
