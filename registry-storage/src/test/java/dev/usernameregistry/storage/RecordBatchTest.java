package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** RocksDB itself says which bytes stand for a batch. */
class RecordBatchTest {
  private static final int[] LENGTHS = {0, 1, 127, 128, 255, 16_383, 16_384, 2_097_151, 2_097_152};

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
  void roomThatIsExpectedChangesNothing() throws RocksDBException {
    byte[] key = "key".getBytes(StandardCharsets.UTF_8);
    RecordBatch ours = new RecordBatch();
    ours.expect(100_000);
    ours.put(key, key);
    try (WriteBatch theirs = new WriteBatch()) {
      theirs.put(key, key);
      assertThat(ours.toByteArray()).isEqualTo(theirs.data());
    }
  }

  @Test
  void recordBytesAreWhatARecordAdds() {
    for (int keyBytes : new int[] {0, 14, 127, 128}) {
      for (int valueBytes : new int[] {0, 40, 127, 128, 16_383, 16_384, 1 << 21}) {
        RecordBatch batch = new RecordBatch();
        long before = batch.toByteArray().length;
        batch.put(new byte[keyBytes], new byte[valueBytes]);
        assertThat(batch.toByteArray().length - before)
            .isEqualTo(RecordBatch.recordBytes(keyBytes, valueBytes));
      }
    }
  }

  @Test
  void moreThanOneArrayHoldsIsRefused() {
    RecordBatch batch = new RecordBatch();
    assertThatThrownBy(() -> batch.expect(1L << 31)).isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
