package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.log.CorruptStorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Journals made by hand; {@link CorruptionTest} damages those of RocksDB. */
class JournalCheckTest {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int WHOLE = 1;

  @TempDir private Path folder;

  private final ByteBuffer journal =
      ByteBuffer.allocate(3 * BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Adds a fragment; returns where it begins. */
  private int add(int type, int payloadBytes) {
    int start = journal.position();
    byte[] payload = new byte[payloadBytes];
    for (int at = 0; at < payloadBytes; at++) {
      payload[at] = (byte) (at + 1);
    }
    CRC32C crc = new CRC32C();
    crc.update(type);
    crc.update(payload);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    journal.putInt(masked).putShort((short) payloadBytes).put((byte) type).put(payload);
    return start;
  }

  /** Fills the first block up to {@code end}. */
  private void fillTo(int end) {
    add(WHOLE, end - 7);
  }

  /** Fills the block up to its last {@code rest} bytes. */
  private void fillBlock(int rest) {
    int left = BLOCK_BYTES - journal.position() % BLOCK_BYTES;
    add(WHOLE, left - 7 - rest);
  }

  private void check(int bytes) throws IOException {
    write("000001.log", bytes);
    JournalCheck.checkLog(folder, "000001.log");
  }

  private void write(String name, int bytes) throws IOException {
    byte[] all = new byte[bytes];
    journal.duplicate().position(0).get(all);
    Files.write(folder.resolve(name), all);
  }

  private void putZeros(int from, int to) {
    for (int at = from; at < to; at++) {
      journal.put(at, (byte) 0);
    }
  }

  private void accepts(int bytes) {
    assertThatCode(() -> check(bytes)).doesNotThrowAnyException();
  }

  private void refuses(int bytes, int at) {
    assertThatThrownBy(() -> check(bytes))
        .isInstanceOf(CorruptStorageException.class)
        .hasMessageContaining("000001.log at byte " + at);
  }

  @Test
  void fragmentsOfAllTypesAreWholeOverManyBlocks() {
    for (int type = 1; type <= 4; type++) {
      add(type, type * 10);
    }
    fillBlock(6);
    journal.position(BLOCK_BYTES); // fewer than 7 bytes are zeros
    fillBlock(0);
    add(WHOLE, 0);
    accepts(journal.position());
    accepts(0);
  }

  @Test
  void aTypeThatThereIsNotIsRefusedAlthoughItsChecksumIsRight() {
    for (int type : new int[] {5, 9, 130, 255}) {
      journal.clear();
      add(WHOLE, 20);
      int bad = add(type, 20);
      refuses(journal.position(), bad);
    }
    journal.clear();
    int none = add(0, 20);
    refuses(journal.position(), none);
  }

  @Test
  void aTornFragmentIsAcceptedAtTheEndOfTheFileOnly() {
    add(WHOLE, 20);
    int torn = add(WHOLE, 500);
    for (int bytes = torn; bytes < journal.position(); bytes += 50) {
      accepts(bytes);
    }
    journal.clear();
    fillBlock(1_000);
    int bad = add(WHOLE, 2_000); // reaches into the next block
    refuses(2 * BLOCK_BYTES, bad);
  }

  @Test
  void aTornFragmentOfNoTypeIsRefused() {
    int torn = add(9, 500);
    refuses(journal.position() - 1, torn);
  }

  @Test
  void aWholeFragmentWhoseLengthIsDamagedIsNotTakenForATornOne() {
    add(WHOLE, 20);
    int damaged = add(WHOLE, 30);
    int end = journal.position();
    journal.putShort(damaged + 4, (short) 0x7fff);
    refuses(end, damaged);
    journal.position(end);
    add(WHOLE, 40);
    refuses(journal.position(), damaged);
  }

  @Test
  void zerosAreTheEndOfAManifestOnly() throws IOException {
    add(WHOLE, 20);
    int zeros = journal.position();
    write("MANIFEST-000001", zeros + 5_000);
    assertThatCode(() -> JournalCheck.checkManifest(folder, "MANIFEST-000001"))
        .doesNotThrowAnyException();
    journal.position(BLOCK_BYTES);
    add(WHOLE, 20);
    write("MANIFEST-000002", journal.position());
    assertThatThrownBy(() -> JournalCheck.checkManifest(folder, "MANIFEST-000002"))
        .isInstanceOf(CorruptStorageException.class)
        .hasMessageContaining("MANIFEST-000002 at byte " + zeros);
  }

  @Test
  void aLogMayHaveHolesUpToTheEdgeOfASector() {
    for (int hole : new int[] {1, 6, 7, 8, 100, 511}) { // bytes of a fragment that are missing
      journal.clear();
      fillTo(1_024 - hole);
      add(WHOLE, 2_000);
      add(WHOLE, 20);
      putZeros(1_024 - hole, 1_024);
      accepts(journal.position());
      journal.put(1_023, (byte) 1);
      refuses(journal.position(), 1_024 - hole);
    }
  }

  @Test
  void aLogMayHaveHolesFromTheEdgeOfASectorOn() {
    for (int before : new int[] {0, 1, 5, 6, 7, 8, 100}) { // bytes of a fragment that are there
      journal.clear();
      fillTo(1_024 - before);
      add(WHOLE, 2_000);
      add(WHOLE, 20);
      putZeros(1_024, 1_536);
      accepts(journal.position());
      journal.put(1_024, (byte) 1).put(1_535, (byte) 1);
      refuses(journal.position(), 1_024 - before);
    }
  }

  @Test
  void aFewZerosAtTheEdgeOfASectorAreNoHole() {
    fillTo(500);
    int damaged = add(WHOLE, 2_000);
    putZeros(1_024, 1_087);
    refuses(journal.position(), damaged);
    putZeros(1_024, 1_088);
    accepts(journal.position());
  }

  @Test
  void aHoleInAFragmentOfNoTypeIsRefused() {
    fillTo(500);
    int bad = add(5, 2_000);
    putZeros(1_024, 1_536);
    refuses(journal.position(), bad);
  }

  @Test
  void behindAHoleALogIsCheckedFromTheNextBlockOn() {
    add(WHOLE, 20);
    journal.position(BLOCK_BYTES);
    int bad = add(WHOLE, 20);
    accepts(journal.position());
    journal.put(bad + 10, (byte) 0);
    refuses(journal.position(), bad);
  }

  @Test
  void theFewBytesAtTheEndOfABlockAreZeros() {
    fillBlock(6);
    int rest = journal.position();
    journal.put(rest + 3, (byte) 1).position(BLOCK_BYTES);
    add(WHOLE, 20);
    refuses(journal.position(), rest);
  }

  @Test
  void aFragmentOfNothingAtTheEndOfABlockIsCheckedToo() {
    fillBlock(7);
    int last = add(WHOLE, 0);
    add(WHOLE, 20);
    accepts(journal.position());
    journal.put(last, (byte) (journal.get(last) ^ 1));
    refuses(journal.position(), last);
    refuses(BLOCK_BYTES, last);
  }

  @Test
  void aFileThatIsGoneByNowIsNotDamaged() {
    assertThatCode(() -> JournalCheck.checkLog(folder, "000009.log")).doesNotThrowAnyException();
  }
}
