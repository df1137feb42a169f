package dev.usernameregistry.tree;

import static dev.usernameregistry.codec.WireWriter.uintBytes;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lets a holder of roots accept a block, another node or a longer tree. The {@code data}
 * message of hypercore/alpha, in answer to a {@link ProofRequest}.
 *
 * <pre>
 * field      encoding                                  present
 * flags      uint                                      always   1 block, 2 hash, 4 seek, 8 upgrade,
 *                                                               16 manifest
 * request    uint                                      always   id of the request
 * fork       uint                                      always
 * block      uint index, bytes value, nodes            flag 1
 * hash       uint index, nodes                         flag 2
 * seek       uint bytes, nodes                         flag 4
 * upgrade    uint start, uint length, nodes,           flag 8
 *            additional nodes, bytes signature                  an empty signature is none
 * manifest   all bytes that are left                   flag 16
 * </pre>
 *
 * <p>Nodes are an array of {@link TreeNode}; their order has a meaning. The byte arrays are not
 * copied, so nobody may change them.
 *
 * @param manifest encoded, perhaps with bytes behind it that belong to no known field; whoever
 *     hashes it must decode it and hash the canonical re-encoding
 */
public record Proof(
    long request,
    long fork,
    @Nullable Block block,
    @Nullable Hash hash,
    @Nullable Seek seek,
    @Nullable Upgrade upgrade,
    byte @Nullable [] manifest) {
  /** Most bytes in a block that is accepted: 15 MiB, and room for what an encryption adds. */
  public static final int VALUE_BYTES_MAX = 15 * 1024 * 1024 + 1024;

  private static final int SIGNATURE_BYTES_MAX = 1 << 20;

  private static final int BLOCK = 1 << 0;
  private static final int HASH = 1 << 1;
  private static final int SEEK = 1 << 2;
  private static final int UPGRADE = 1 << 3;
  private static final int MANIFEST = 1 << 4;

  /**
   * A block, or all blocks below one node; and the siblings on the way up from there, lowest first.
   *
   * @param index number of the block, or of the first of them
   * @param values the blocks, each of which may be empty; one, as everywhere in hypercore/alpha, or
   *     as many as are below a node that {@code index} is the first block of
   */
  public record Block(long index, List<byte[]> values, List<TreeNode> nodes) {
    /** Makes the part of one block. */
    public Block(long index, byte[] value, List<TreeNode> nodes) {
      this(index, List.of(value), nodes);
    }

    /** Returns the first block. */
    public byte[] value() {
      return values.get(0);
    }

    /** Returns the number of the block behind the last. */
    public long end() {
      return index + values.size();
    }

    /** Returns how many bytes the blocks have. */
    public long valueBytes() {
      long bytes = 0;
      for (byte[] value : values) {
        bytes += value.length;
      }
      return bytes;
    }
  }

  /**
   * A node and the siblings on the way up from it, lowest first.
   *
   * @param index node of the flat tree; that of the first of {@code nodes}
   */
  public record Hash(long index, List<TreeNode> nodes) {}

  /**
   * The node at which a byte position lies, and the siblings on the way up from it.
   *
   * @param bytes position in the log, as asked
   */
  public record Seek(long bytes, List<TreeNode> nodes) {}

  /**
   * What turns a tree of {@code start} blocks into one of {@code start + length}, and that one into
   * the signed one.
   *
   * @param nodes in the order of {@link FlatTree#growth}, without the one that the block, hash or
   *     seek part lets the receiver compute
   * @param additionalNodes from {@code start + length} to the signed length
   * @param signature of the head after the additional nodes; null if there is none
   */
  public record Upgrade(
      long start,
      long length,
      List<TreeNode> nodes,
      List<TreeNode> additionalNodes,
      byte @Nullable [] signature) {}

  /** Proves blocks alone. */
  public static Proof of(long request, long fork, Block block) {
    return new Proof(request, fork, block, null, null, null, null);
  }

  /** Proves a tree node alone. */
  public static Proof of(long request, long fork, Hash hash) {
    return new Proof(request, fork, null, hash, null, null, null);
  }

  /** Proves a longer tree alone. */
  public static Proof of(long request, long fork, Upgrade upgrade) {
    return new Proof(request, fork, null, null, null, upgrade, null);
  }

  /** Writes the bytes of the table above, which have room for one block only. */
  public void encode(WireWriter out) {
    out.uint(flags()).uint(request).uint(fork);
    if (block != null) {
      out.uint(block.index).bytes(block.value());
      TreeNode.encodeAll(block.nodes, out);
    }
    if (hash != null) {
      out.uint(hash.index);
      TreeNode.encodeAll(hash.nodes, out);
    }
    if (seek != null) {
      out.uint(seek.bytes);
      TreeNode.encodeAll(seek.nodes, out);
    }
    if (upgrade != null) {
      out.uint(upgrade.start).uint(upgrade.length);
      TreeNode.encodeAll(upgrade.nodes, out);
      TreeNode.encodeAll(upgrade.additionalNodes, out);
      out.bytes(upgrade.signature == null ? new byte[0] : upgrade.signature);
    }
    if (manifest != null) {
      out.raw(manifest);
    }
  }

  /** Returns how many bytes {@link #encode} writes. */
  public int encodedBytes() {
    int bytes = uintBytes(flags()) + uintBytes(request) + uintBytes(fork);
    if (block != null) {
      int valueBytes = block.value().length;
      bytes += uintBytes(block.index) + uintBytes(valueBytes) + valueBytes;
      bytes += TreeNode.encodedBytes(block.nodes);
    }
    if (hash != null) {
      bytes += uintBytes(hash.index) + TreeNode.encodedBytes(hash.nodes);
    }
    if (seek != null) {
      bytes += uintBytes(seek.bytes) + TreeNode.encodedBytes(seek.nodes);
    }
    if (upgrade != null) {
      int signatureBytes = upgrade.signature == null ? 0 : upgrade.signature.length;
      bytes += uintBytes(upgrade.start) + uintBytes(upgrade.length);
      bytes +=
          TreeNode.encodedBytes(upgrade.nodes) + TreeNode.encodedBytes(upgrade.additionalNodes);
      bytes += uintBytes(signatureBytes) + signatureBytes;
    }
    return manifest == null ? bytes : bytes + manifest.length;
  }

  /**
   * Reads what {@link #encode} wrote. Unknown flags are ignored, and so are bytes behind the last
   * field if that is not the manifest.
   *
   * @throws dev.usernameregistry.codec.MalformedMessageException if the bytes do not follow the
   *     table
   */
  public static Proof decode(WireReader in) {
    long flags = in.uint();
    long request = in.uint();
    long fork = in.uint();
    Block block =
        (flags & BLOCK) != 0
            ? new Block(in.uint(), in.bytes(VALUE_BYTES_MAX), TreeNode.decodeAll(in))
            : null;
    Hash hash = (flags & HASH) != 0 ? new Hash(in.uint(), TreeNode.decodeAll(in)) : null;
    Seek seek = (flags & SEEK) != 0 ? new Seek(in.uint(), TreeNode.decodeAll(in)) : null;
    Upgrade upgrade = (flags & UPGRADE) != 0 ? decodeUpgrade(in) : null;
    byte[] manifest = (flags & MANIFEST) != 0 ? in.raw() : null;
    return new Proof(request, fork, block, hash, seek, upgrade, manifest);
  }

  private static Upgrade decodeUpgrade(WireReader in) {
    long start = in.uint();
    long length = in.uint();
    List<TreeNode> nodes = TreeNode.decodeAll(in);
    List<TreeNode> additionalNodes = TreeNode.decodeAll(in);
    byte[] signature = in.bytes(SIGNATURE_BYTES_MAX);
    return new Upgrade(
        start, length, nodes, additionalNodes, signature.length == 0 ? null : signature);
  }

  private int flags() {
    return (block != null ? BLOCK : 0)
        | (hash != null ? HASH : 0)
        | (seek != null ? SEEK : 0)
        | (upgrade != null ? UPGRADE : 0)
        | (manifest != null ? MANIFEST : 0);
  }

  /**
   * Runs the proof on top of {@code roots}: returns what it implies.
   *
   * <p>This says nothing about trust: see {@link Implied} for what the caller must check before it
   * believes any of it.
   *
   * @param roots of the tree that the asking side has; {@link Roots#EMPTY} for a new fork
   * @throws InvalidProofException if a node is missing, misplaced or left over, or the upgrade does
   *     not start where {@code roots} end
   */
  public Implied run(Roots roots) {
    return new ProofRun(this, roots).run();
  }

  /** Returns this proof with a block part that carries {@code values}. */
  public Proof withValues(List<byte[]> values) {
    if (block == null) {
      throw new IllegalStateException("this proof has no block part");
    }
    Block filled = new Block(block.index, values, block.nodes);
    return new Proof(request, fork, filled, hash, seek, upgrade, manifest);
  }

  /** Returns this proof with an upgrade part that carries {@code signature}. */
  public Proof withSignature(byte[] signature) {
    if (upgrade == null) {
      throw new IllegalStateException("this proof has no upgrade part");
    }
    Upgrade signed =
        new Upgrade(
            upgrade.start, upgrade.length, upgrade.nodes, upgrade.additionalNodes, signature);
    return new Proof(request, fork, block, hash, seek, signed, manifest);
  }

  /** Returns this proof with the encoded {@code manifest}. */
  public Proof withManifest(byte[] manifest) {
    return new Proof(request, fork, block, hash, seek, upgrade, manifest);
  }
}
