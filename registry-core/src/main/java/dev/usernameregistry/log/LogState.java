package dev.usernameregistry.log;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.TreeNode;
import java.util.List;

/**
 * What a log knows of itself beside its blocks and tree nodes. It is written with each commit, and
 * is small but for a manifest or evidence that is large.
 *
 * <pre>
 * field              encoding                        meaning
 * version            uint                            1
 * key                32 bytes
 * fork               uint                            truncations so far
 * contiguousLength   uint                            blocks stored without a gap from the start
 * roots              array of tree nodes             imply length and byteLength
 * signature          bytes                           of the head; empty if there is none
 * manifest           bytes                           encoded; empty if not known yet
 * evidence           bytes                           that the writer signed two heads; empty if not
 * </pre>
 *
 * <p>The byte arrays are not copied, so nobody may change them.
 */
public record LogState(
    Key key,
    long fork,
    long contiguousLength,
    List<TreeNode> roots,
    byte[] signature,
    byte[] manifest,
    byte[] evidence) {
  private static final int VERSION = 1;

  /** Of the version, the key, and five numbers. */
  private static final int FIXED_BYTES_MAX = 1 + Key.BYTES + 5 * 9;

  private static final int PART_BYTES_MAX = 1 << 24;

  /** Returns the same state with another manifest. */
  public LogState withManifest(byte[] other) {
    return new LogState(key, fork, contiguousLength, roots, signature, other, evidence);
  }

  /** Returns the bytes of the table above. */
  public byte[] encode() {
    int partBytes = signature.length + manifest.length + evidence.length;
    WireWriter out = new WireWriter(FIXED_BYTES_MAX + TreeNode.encodedBytes(roots) + partBytes);
    out.uint(VERSION).raw(key.bytes()).uint(fork).uint(contiguousLength);
    TreeNode.encodeAll(roots, out);
    out.bytes(signature).bytes(manifest).bytes(evidence);
    return out.toByteArray();
  }

  /**
   * Reads back what {@link #encode} wrote; bytes behind it are ignored, as earlier versions wrote a
   * number there.
   *
   * @throws MalformedMessageException if the bytes do not follow the table
   */
  public static LogState decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    in.uint(VERSION);
    Key key = Key.of(in.fixed(Key.BYTES));
    long fork = in.uint();
    long contiguousLength = in.uint();
    List<TreeNode> roots = TreeNode.decodeAll(in);
    byte[] signature = in.bytes(PART_BYTES_MAX);
    byte[] manifest = in.bytes(PART_BYTES_MAX);
    byte[] evidence = in.bytes(PART_BYTES_MAX);
    return new LogState(key, fork, contiguousLength, roots, signature, manifest, evidence);
  }
}
