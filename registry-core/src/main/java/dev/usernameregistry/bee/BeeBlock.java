package dev.usernameregistry.bee;

import dev.usernameregistry.codec.MalformedMessageException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * One block of a bee after the header: a key, its value, and the tree nodes that changed.
 *
 * <pre>
 * field     tag  type     present
 * index     0a   message  always
 *   levels  0a   message  one for each tree node
 *     keys      0a  packed integers  block number of each key, in key order
 *     children  12  packed integers  pairs: block number, offset in that block's levels
 * key       12   bytes    always, may be empty
 * value     1a   bytes    unless this is a delete or a put without a value
 * </pre>
 *
 * <p>Nodes are decoded when they are asked for: most blocks are read for their key and value only,
 * and nobody may ever ask for the nodes that a batch left behind. Safe from any thread.
 */
final class BeeBlock {
  private static final int OVERHEAD_BYTES = 160;
  private static final int BYTES_PER_INDEX_BYTE = 32;

  private final long seq;
  private final byte[] bytes;
  private final byte[] key;

  /** Where the value is in {@code bytes}; {@code valueFrom} is -1 if there is none. */
  private final int valueFrom;

  private final int valueTo;

  /** Where each level begins and ends in {@code bytes}. */
  private final int[] levels;

  private final AtomicReferenceArray<@Nullable Node> nodes;

  private BeeBlock(long seq, byte[] bytes, byte[] key, int valueFrom, int valueTo, int[] levels) {
    this.seq = seq;
    this.bytes = bytes;
    this.key = key;
    this.valueFrom = valueFrom;
    this.valueTo = valueTo;
    this.levels = levels;
    this.nodes = new AtomicReferenceArray<>(levels.length / 2);
  }

  /**
   * Reads block {@code seq}. Keeps {@code bytes}, which must not change.
   *
   * @throws MalformedMessageException if the bytes do not follow the table
   */
  static BeeBlock decode(long seq, byte[] bytes) {
    ProtoReader in = new ProtoReader(bytes);
    byte[] key = null;
    int[] levels = null;
    int valueFrom = -1;
    int valueTo = -1;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> levels = levels(in.message());
        case 2 -> key = in.copy();
        case 3 -> {
          valueFrom = in.from();
          valueTo = in.to();
        }
        default -> {}
      }
    }
    if (key == null || levels == null) {
      throw new MalformedMessageException(
          "block " + seq + " has no " + (key == null ? "key" : "index"));
    }
    return new BeeBlock(seq, bytes, key, valueFrom, valueTo, levels);
  }

  private static int[] levels(ProtoReader in) {
    int[] bounds = new int[8];
    int length = 0;
    while (in.next()) {
      if (in.field() == 1) {
        if (length == bounds.length) {
          bounds = Arrays.copyOf(bounds, 2 * length);
        }
        bounds[length++] = in.from();
        bounds[length++] = in.to();
      }
    }
    return Arrays.copyOf(bounds, length);
  }

  long seq() {
    return seq;
  }

  /** Returns the key itself, not a copy. */
  byte[] key() {
    return key;
  }

  Entry entry() {
    return new Entry(seq, key, valueFrom < 0 ? null : bytes, valueFrom, valueTo);
  }

  /**
   * Returns the tree node at {@code offset}.
   *
   * @throws MalformedMessageException if there is none or it is no possible tree node
   */
  Node node(long offset) {
    if (offset >= nodes.length()) {
      throw new MalformedMessageException(
          "node " + offset + " of block " + seq + ", which has " + nodes.length());
    }
    Node node = nodes.get((int) offset);
    if (node == null) {
      node = Node.decode(this, level((int) offset));
      nodes.set((int) offset, node);
    }
    return node;
  }

  /** Returns what the block did, by the rule that {@link Change} states. */
  Change change() {
    boolean delete = valueFrom < 0 && !ownsKey();
    return new Change(delete ? Change.Kind.DELETE : Change.Kind.PUT, entry());
  }

  private boolean ownsKey() {
    for (int offset = 0; offset < nodes.length(); offset++) {
      for (ProtoReader level = level(offset); level.next(); ) {
        if (level.field() == 1) {
          for (ProtoReader keys = level.message(); keys.hasRemaining(); ) {
            if (keys.varint() == seq) {
              return true;
            }
          }
        }
      }
    }
    return false;
  }

  private ProtoReader level(int offset) {
    return new ProtoReader(bytes, levels[2 * offset], levels[2 * offset + 1]);
  }

  /** Returns about how much memory this takes once its nodes are decoded. */
  long weightBytes() {
    long indexBytes = levels.length == 0 ? 0 : levels[levels.length - 1] - levels[0];
    return OVERHEAD_BYTES
        + bytes.length
        + key.length
        + 12L * levels.length
        + BYTES_PER_INDEX_BYTE * Math.max(0, indexBytes);
  }
}
