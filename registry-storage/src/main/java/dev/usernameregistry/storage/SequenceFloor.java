package dev.usernameregistry.storage;

import dev.usernameregistry.log.CorruptStorageException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;

/**
 * How many records were written when the storage was last opened or closed. RocksDB counts them; if
 * it counts fewer later, its logs were cut, or damaged in a way that looks like a cut, and it would
 * not say so.
 *
 * <p>The file {@code FLOOR} is replaced as a whole. Not thread-safe.
 *
 * <pre>
 * offset  size  field
 *      0     8  sequence number of the last record, big-endian
 *      8     4  CRC-32C of the first 8 bytes, big-endian
 *     12        end
 * </pre>
 */
final class SequenceFloor {
  private static final int BYTES = 8 + 4;

  private final Path folder;
  private long sequence;

  private SequenceFloor(Path folder, long sequence) {
    this.folder = folder;
    this.sequence = sequence;
  }

  static SequenceFloor read(Path folder) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file(folder));
    } catch (NoSuchFileException e) {
      return new SequenceFloor(folder, 0);
    } catch (FileSystemException named) {
      throw named;
    } catch (IOException e) {
      throw new IOException(file(folder) + " cannot be read: " + e.getMessage(), e);
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (bytes.length != BYTES || in.getInt(8) != checksum(in.getLong(0))) {
      throw Failures.damaged(folder, "its file FLOOR fails its checksum", null);
    }
    return new SequenceFloor(folder, in.getLong(0));
  }

  /**
   * Checks that the database has not lost records, and writes the new number to the disk.
   *
   * @throws CorruptStorageException if there are fewer records than before
   */
  void raise(long lastSequence) throws IOException {
    if (lastSequence < sequence) {
      throw Failures.damaged(
          folder, "it had " + sequence + " writes and has " + lastSequence + " now", null);
    }
    if (lastSequence > sequence) {
      replace(lastSequence);
      sequence = lastSequence;
    }
  }

  /** Through a stream, as a channel would be closed under a caller who is interrupted. */
  private void replace(long lastSequence) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES);
    bytes.putLong(lastSequence).putInt(checksum(lastSequence));
    Path next = folder.resolve("FLOOR.dbtmp");
    try (FileOutputStream out = new FileOutputStream(next.toFile())) {
      out.write(bytes.array());
      out.getFD().sync();
    }
    Files.move(
        next, file(folder), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path file(Path folder) {
    return folder.resolve("FLOOR");
  }

  private static int checksum(long sequence) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(8).putLong(sequence).flip());
    return (int) crc.getValue();
  }
}
