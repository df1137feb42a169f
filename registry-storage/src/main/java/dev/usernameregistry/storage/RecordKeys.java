package dev.usernameregistry.storage;

import dev.usernameregistry.crypto.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The keys of all records, as the package comment lists them. */
final class RecordKeys {
  static final byte[] FORMAT = {0};
  static final byte[] FIRST_LOG_ID = {1};
  static final byte[] NEXT_LOG_ID = {2};

  private static final byte LOG_ID = 1;
  private static final byte LOG = 3;
  private static final byte TABLE = 4;

  private static final byte STATE = 0;
  private static final byte NODE = 1;
  private static final byte BLOCK = 2;
  private static final byte END = 3;

  /** Behind the key of the state. */
  private static final byte MANIFEST = 1;

  private static final int LOG_PREFIX_BYTES = 1 + 4;
  private static final int NUMBER_OFFSET = LOG_PREFIX_BYTES + 1;

  /** Of the key of a node or block. */
  static final int NUMBERED_BYTES = NUMBER_OFFSET + 8;

  private RecordKeys() {}

  static byte[] logId(Key key) {
    return ByteBuffer.allocate(1 + Key.BYTES).put(LOG_ID).put(key.bytes()).array();
  }

  /** Returns the log key within the key of a log id record. */
  static Key logKeyOf(byte[] key) {
    return Key.of(Arrays.copyOfRange(key, 1, key.length));
  }

  static byte[] state(long id) {
    return logRecord(id, STATE).array();
  }

  /** Returns a key between the state and the nodes of a log. */
  static byte[] manifest(long id) {
    return ByteBuffer.allocate(NUMBER_OFFSET + 1).put(state(id)).put(MANIFEST).array();
  }

  static byte[] node(long id, long index) {
    return numbered(id, NODE, index);
  }

  /** Returns the key just above all nodes of a log. */
  static byte[] nodesEnd(long id) {
    return logRecord(id, BLOCK).array();
  }

  static byte[] block(long id, long block) {
    return numbered(id, BLOCK, block);
  }

  /** Returns the key just above all blocks, and so above all records, of a log. */
  static byte[] blocksEnd(long id) {
    return logRecord(id, END).array();
  }

  /** Returns the number of the block, or the index of the node, whose record has {@code key}. */
  static long numberOf(byte[] key) {
    return ByteBuffer.wrap(key).getLong(NUMBER_OFFSET);
  }

  /** Returns what the key of each row of a table begins with. */
  static byte[] tablePrefix(String name) {
    return tableRecord(name, 0);
  }

  /** Returns the key just above all rows of a table. */
  static byte[] tableEnd(String name) {
    return tableRecord(name, 1);
  }

  private static byte[] tableRecord(String name, int separator) {
    byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(ascii.length + 2)
        .put(TABLE)
        .put(ascii)
        .put((byte) separator)
        .array();
  }

  private static byte[] numbered(long id, byte kind, long number) {
    byte[] key = new byte[NUMBERED_BYTES];
    ByteBuffer.wrap(key).put(LOG).putInt((int) id).put(kind).putLong(number);
    return key;
  }

  private static ByteBuffer logRecord(long id, byte kind) {
    return ByteBuffer.allocate(NUMBER_OFFSET).put(LOG).putInt((int) id).put(kind);
  }
}
