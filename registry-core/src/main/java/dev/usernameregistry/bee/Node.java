package dev.usernameregistry.bee;

import dev.usernameregistry.codec.MalformedMessageException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One node of the B-tree as a block stores it. Safe from any thread.
 *
 * <p>Decoding checks what can be seen without another block: numbers of keys and children, and that
 * they point to this block or an earlier one. That the keys ascend is checked by whoever walks.
 */
final class Node {
  /** About how much memory a node takes, with its remembered keys. */
  static final int WEIGHT_BYTES = 600;

  /** A node that is not the root is filled up when it has fewer keys than this. */
  static final int KEYS_MIN = 4;

  /** A node is split as soon as it has more keys than this. */
  static final int KEYS_MAX = 8;

  private static final int CHILDREN_MAX = KEYS_MAX + 1;

  /** Longer keys are looked up in their blocks each time, so that they are not held twice. */
  private static final int REMEMBERED_KEY_BYTES_MAX = 64;

  private final long[] keys;

  /** Pairs of block number and offset. Invariant: empty, or one pair more than there are keys. */
  private final long[] children;

  /** Keys that were looked up already. Races are harmless: each writer writes an equal record. */
  private final @Nullable KeyBytes[] remembered;

  private Node(long[] keys, long[] children) {
    this.keys = keys;
    this.children = children;
    this.remembered = new KeyBytes[keys.length];
  }

  static Node decode(long blockSeq, ProtoReader level) {
    long[] keys = new long[KEYS_MAX];
    long[] children = new long[2 * CHILDREN_MAX];
    int keyCount = 0;
    int childNumbers = 0;
    while (level.next()) {
      switch (level.field()) {
        case 1 -> keyCount = append(level.message(), keys, keyCount);
        case 2 -> childNumbers = append(level.message(), children, childNumbers);
        default -> {}
      }
    }
    if (childNumbers != 0 && (keyCount == 0 || childNumbers != 2 * (keyCount + 1))) {
      throw new MalformedMessageException(
          "a node of block "
              + blockSeq
              + " has "
              + keyCount
              + " keys but "
              + childNumbers
              + " numbers for children");
    }
    for (int i = 0; i < keyCount; i++) {
      checkPointer(keys[i], blockSeq);
    }
    for (int i = 0; i < childNumbers; i += 2) {
      checkPointer(children[i], blockSeq);
    }
    return new Node(Arrays.copyOf(keys, keyCount), Arrays.copyOf(children, childNumbers));
  }

  private static int append(ProtoReader packed, long[] numbers, int count) {
    int length = count;
    while (packed.hasRemaining()) {
      if (length == numbers.length) {
        throw new MalformedMessageException("a node has more than " + length + " numbers");
      }
      numbers[length++] = packed.varint();
    }
    return length;
  }

  private static void checkPointer(long seq, long blockSeq) {
    if (seq < 1 || seq > blockSeq) {
      throw new MalformedMessageException("block " + blockSeq + " points to block " + seq);
    }
  }

  int keyCount() {
    return keys.length;
  }

  boolean isLeaf() {
    return children.length == 0;
  }

  long keySeq(int i) {
    return keys[i];
  }

  long childSeq(int i) {
    return children[2 * i];
  }

  long childOffset(int i) {
    return children[2 * i + 1];
  }

  /** Returns the bytes of key {@code i} if they are remembered. */
  byte @Nullable [] rememberedKey(int i) {
    KeyBytes key = remembered[i];
    return key == null ? null : key.bytes();
  }

  void rememberKey(int i, byte[] key) {
    if (key.length <= REMEMBERED_KEY_BYTES_MAX) {
      remembered[i] = new KeyBytes(key);
    }
  }

  /** Makes a racing reader see whole bytes: fields of a record are final. */
  private record KeyBytes(byte[] bytes) {}
}
