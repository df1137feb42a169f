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
  private static final int OVERHEAD_BYTES = 240;

  /** What is noted of one level: where it begins and ends, and a place for its node. */
  private static final long LEVEL_BYTES = 12;

  private final long seq;
  private final byte[] bytes;
  private final byte[] key;

  /** Where the value is in {@code bytes}; {@code valueFrom} is -1 if there is none. */
  private final int valueFrom;

  private final int valueTo;

  private final int indexFrom;
  private final int indexTo;

  /** Found when they are asked for. Races are harmless: both find the same. */
  private volatile @Nullable Levels levels;

  private BeeBlock(long seq, byte[] bytes, byte[] key, Window value, Window index) {
    this.seq = seq;
    this.bytes = bytes;
    this.key = key;
    this.valueFrom = value.from;
    this.valueTo = value.to;
    this.indexFrom = index.from;
    this.indexTo = index.to;
  }

  /**
   * Reads block {@code seq}. Keeps {@code bytes}, which must not change.
   *
   * @throws MalformedMessageException if the bytes do not follow the table
   */
  static BeeBlock decode(long seq, byte[] bytes) {
    ProtoReader in = new ProtoReader(bytes);
    byte[] key = null;
    Window index = null;
    Window value = Window.NONE;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> index = new Window(in.from(), in.to());
        case 2 -> key = in.copy();
        case 3 -> value = new Window(in.from(), in.to());
        default -> {}
      }
    }
    if (key == null || index == null) {
      throw new MalformedMessageException(
          "block " + seq + " has no " + (key == null ? "key" : "index"));
    }
    return new BeeBlock(seq, bytes, key, value, index);
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

  /** Returns the tree node at {@code offset} if it was decoded already. */
  @Nullable Node decodedNode(long offset) {
    Levels known = levels;
    return known == null || offset >= known.count() ? null : known.nodes.get((int) offset);
  }

  /**
   * Decodes the tree node at {@code offset}.
   *
   * @throws MalformedMessageException if there is none or it is no possible tree node
   */
  Node decodeNode(long offset) {
    Levels all = levels();
    if (offset >= all.count()) {
      throw new MalformedMessageException(
          "node " + offset + " of block " + seq + ", which has " + all.count());
    }
    int at = (int) offset;
    Node node =
        Node.decode(seq, new ProtoReader(bytes, all.bounds[2 * at], all.bounds[2 * at + 1]));
    all.nodes.set(at, node);
    return node;
  }

  /** Returns what the block did, by the rule that {@link Change} states. */
  Change change() {
    boolean delete = valueFrom < 0 && !ownsKey();
    return new Change(delete ? Change.Kind.DELETE : Change.Kind.PUT, entry(), bytes.length);
  }

  /**
   * Returns whether some level has the key of this block. Goes through all of them and notes none:
   * a stranger's block can have millions.
   */
  private boolean ownsKey() {
    boolean owns = false;
    ProtoReader index = new ProtoReader(bytes, indexFrom, indexTo);
    while (index.next()) {
      if (index.field() == 1) {
        int from = index.from();
        owns = owns || hasOwnKey(new ProtoReader(bytes, from, index.to()));
      }
    }
    return owns;
  }

  private boolean hasOwnKey(ProtoReader level) {
    while (level.next()) {
      if (level.field() == 1 && hasOwnSeq(level.message())) {
        return true;
      }
    }
    return false;
  }

  private boolean hasOwnSeq(ProtoReader keys) {
    while (keys.hasRemaining()) {
      if (keys.varint() == seq) {
        return true;
      }
    }
    return false;
  }

  private Levels levels() {
    Levels known = levels;
    if (known == null) {
      known = Levels.find(new ProtoReader(bytes, indexFrom, indexTo));
      levels = known;
    }
    return known;
  }

  /** Returns about how much memory this takes, without its levels and nodes. */
  long weightBytes() {
    return OVERHEAD_BYTES + (long) bytes.length + key.length;
  }

  /** Returns about how much memory its levels take without their nodes, once one was decoded. */
  long levelsBytes() {
    Levels known = levels;
    return known == null ? 0 : LEVEL_BYTES * known.count();
  }

  /** Where a field is in the block. */
  private record Window(int from, int to) {
    static final Window NONE = new Window(-1, -1);
  }

  /** Where each level begins and ends in the block, and its node once that was decoded. */
  private static final class Levels {
    final int[] bounds;
    final AtomicReferenceArray<@Nullable Node> nodes;

    private Levels(int[] bounds) {
      this.bounds = bounds;
      this.nodes = new AtomicReferenceArray<>(bounds.length / 2);
    }

    static Levels find(ProtoReader index) {
      int[] bounds = new int[8];
      int length = 0;
      while (index.next()) {
        if (index.field() == 1) {
          if (length == bounds.length) {
            bounds = Arrays.copyOf(bounds, 2 * length);
          }
          bounds[length++] = index.from();
          bounds[length++] = index.to();
        }
      }
      return new Levels(Arrays.copyOf(bounds, length));
    }

    int count() {
      return nodes.length();
    }
  }
}
