package dev.usernameregistry.storage;

import dev.usernameregistry.log.StorageFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The record that says whose database this is, and which version of our format it has. */
final class FormatRecord {
  private static final byte[] NAME = "username registry".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 2;

  /**
   * Has no log that keeps nodes with blocks; all else is as it is now. Ids with the bit that says
   * so could have been given then, but only after two billion others.
   */
  private static final int BEFORE = 1;

  private static final byte[] ABOVE_ALL_KEYS = {(byte) 0xff, (byte) 0xff};

  private FormatRecord() {}

  /**
   * Writes the record into an empty database, and checks it in any other. One of the version before
   * this is from now on one of this version.
   *
   * @throws StorageFormatException if the database is not ours, or newer than this code
   */
  static void check(Database database) throws IOException {
    byte[] found = database.get(RecordKeys.FORMAT);
    if (found == null) {
      requireEmpty(database);
      write(database);
    } else if (Arrays.equals(found, encode(BEFORE))) {
      write(database);
    } else if (!Arrays.equals(found, encode(VERSION))) {
      throw unknown(database, found);
    }
  }

  private static void write(Database database) throws IOException {
    database.write(true, batch -> batch.put(RecordKeys.FORMAT, encode(VERSION)));
  }

  private static byte[] encode(int version) {
    return ByteBuffer.allocate(NAME.length + 2).put(NAME).putShort((short) version).array();
  }

  private static void requireEmpty(Database database) throws IOException {
    database.scan(
        new byte[0],
        ABOVE_ALL_KEYS,
        record -> {
          throw new StorageFormatException(
              database.folder() + " holds a RocksDB database of another program", null);
        });
  }

  private static StorageFormatException unknown(Database database, byte[] found) {
    boolean ours =
        found.length == NAME.length + 2
            && Arrays.equals(found, 0, NAME.length, NAME, 0, NAME.length);
    if (!ours) {
      return new StorageFormatException(
          database.folder() + " holds a RocksDB database of another program", null);
    }
    int version = ByteBuffer.wrap(found).getShort(NAME.length) & 0xffff;
    return new StorageFormatException(
        "the storage in %s has format %d, and this version reads format %d; open it with the version that made it"
            .formatted(database.folder(), version, VERSION),
        null);
  }
}
