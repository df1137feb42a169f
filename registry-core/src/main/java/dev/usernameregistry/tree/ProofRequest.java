package dev.usernameregistry.tree;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import org.jspecify.annotations.Nullable;

/**
 * Asks a peer for a proof: of a block or another node, of a longer tree, or of several of these at
 * once. The {@code request} message of hypercore/alpha.
 *
 * <pre>
 * field     encoding                    present         meaning
 * flags     uint                        always          1 block, 2 hash, 4 seek, 8 upgrade,
 *                                                       16 manifest wanted, 32 priority
 * id        uint                        always          repeated in the answer
 * fork      uint                        always
 * block     uint index, uint nodes      flag 1
 * hash      uint index, uint nodes      flag 2
 * seek      uint bytes, uint padding    flag 4
 * upgrade   uint start, uint length     flag 8
 * priority  uint                        flag 32         0 if not present
 * </pre>
 *
 * @param manifest whether the answer shall carry the log's manifest
 * @param priority 0 normal, 1 somebody waits for it, 2 more urgent; only a hint
 */
public record ProofRequest(
    long id,
    long fork,
    @Nullable Block block,
    @Nullable Hash hash,
    @Nullable Seek seek,
    @Nullable Upgrade upgrade,
    boolean manifest,
    long priority) {
  /** Most levels below a node whose blocks are asked for at once. */
  public static final int DEPTH_MAX = 8;

  private static final int BLOCK = 1 << 0;
  private static final int HASH = 1 << 1;
  private static final int SEEK = 1 << 2;
  private static final int UPGRADE = 1 << 3;
  private static final int MANIFEST = 1 << 4;
  private static final int PRIORITY = 1 << 5;

  /**
   * Asks for a block, or for all blocks below one node.
   *
   * @param index number of the block, or of the first of them
   * @param depth of the node; 0 for a single block, as everywhere in hypercore/alpha
   * @param nodes how many levels above the node the asking peer lacks
   */
  public record Block(long index, int depth, long nodes) {
    /**
     * Checks that there is such a node.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Block {
      if (depth < 0 || depth > DEPTH_MAX || (index & (1L << depth) - 1) != 0) {
        throw new IllegalArgumentException("no node of depth " + depth + " from block " + index);
      }
    }

    /** Asks for one block. */
    public Block(long index, long nodes) {
      this(index, 0, nodes);
    }

    /** Returns the same request for {@code nodes} levels. */
    public Block withNodes(long nodes) {
      return new Block(index, depth, nodes);
    }

    /** Returns the node of the flat tree below which all of it lies. */
    public long node() {
      return FlatTree.index(depth, index >> depth);
    }

    /** Returns how many blocks are asked for. */
    public long count() {
      return 1L << depth;
    }

    /** Returns the number of the block behind the last. */
    public long end() {
      return index + count();
    }
  }

  /**
   * Asks for a tree node.
   *
   * @param index node of the flat tree
   * @param nodes how many levels from it upwards the asking peer lacks
   */
  public record Hash(long index, long nodes) {}

  /**
   * Asks where a byte is.
   *
   * @param bytes position in the log
   * @param padding bytes to leave out of each block's size; 0 unless blocks are encrypted
   */
  public record Seek(long bytes, long padding) {}

  /**
   * Asks for a longer tree.
   *
   * @param start blocks in the tree that the asking peer has
   * @param length blocks to add
   */
  public record Upgrade(long start, long length) {}

  /** Asks for a block alone. */
  public static ProofRequest of(long id, long fork, Block block) {
    return new ProofRequest(id, fork, block, null, null, null, false, 0);
  }

  /** Asks for a tree node alone. */
  public static ProofRequest of(long id, long fork, Hash hash) {
    return new ProofRequest(id, fork, null, hash, null, null, false, 0);
  }

  /** Asks for a longer tree alone. */
  public static ProofRequest of(long id, long fork, Upgrade upgrade) {
    return new ProofRequest(id, fork, null, null, null, upgrade, false, 0);
  }

  /** Asks for the log's manifest too. */
  public ProofRequest withManifest() {
    return new ProofRequest(id, fork, block, hash, seek, upgrade, true, priority);
  }

  /** Writes the bytes of the table above, which can ask for one block only. */
  public void encode(WireWriter out) {
    out.uint(flags()).uint(id).uint(fork);
    if (block != null) {
      out.uint(block.index).uint(block.nodes);
    }
    if (hash != null) {
      out.uint(hash.index).uint(hash.nodes);
    }
    if (seek != null) {
      out.uint(seek.bytes).uint(seek.padding);
    }
    if (upgrade != null) {
      out.uint(upgrade.start).uint(upgrade.length);
    }
    if (priority != 0) {
      out.uint(priority);
    }
  }

  /**
   * Reads what {@link #encode} wrote. Unknown flags and bytes behind the last field are ignored.
   *
   * @throws dev.usernameregistry.codec.MalformedMessageException if the bytes do not follow the
   *     table
   */
  public static ProofRequest decode(WireReader in) {
    long flags = in.uint();
    long id = in.uint();
    long fork = in.uint();
    Block block = (flags & BLOCK) != 0 ? new Block(in.uint(), in.uint()) : null;
    Hash hash = (flags & HASH) != 0 ? new Hash(in.uint(), in.uint()) : null;
    Seek seek = (flags & SEEK) != 0 ? new Seek(in.uint(), in.uint()) : null;
    Upgrade upgrade = (flags & UPGRADE) != 0 ? new Upgrade(in.uint(), in.uint()) : null;
    long priority = (flags & PRIORITY) != 0 ? in.uint() : 0;
    return new ProofRequest(
        id, fork, block, hash, seek, upgrade, (flags & MANIFEST) != 0, priority);
  }

  private int flags() {
    return (block != null ? BLOCK : 0)
        | (hash != null ? HASH : 0)
        | (seek != null ? SEEK : 0)
        | (upgrade != null ? UPGRADE : 0)
        | (manifest ? MANIFEST : 0)
        | (priority != 0 ? PRIORITY : 0);
  }
}
