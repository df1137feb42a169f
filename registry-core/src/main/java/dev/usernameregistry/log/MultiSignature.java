package dev.usernameregistry.log;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.tree.TreeNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The signatures of several signers over one head, or of one signer where the manifest could list
 * more.
 *
 * <pre>
 * version 1 and later
 * parts   array   each: uint signer, 64 bytes signature, uint patch
 * nodes   array   tree nodes
 *
 * version 0
 * parts   array   each: uint flags (1 patch), uint signer, 64 bytes signature,
 *                 if flag 1: uint start, uint patch, array of uint (places among the nodes)
 * nodes   array   tree nodes
 * </pre>
 *
 * @param parts in the order in which they are checked
 * @param nodes with which the signed tree grows by a part's patch
 */
record MultiSignature(List<Part> parts, List<TreeNode> nodes) {
  private static final int SIGNATURE_BYTES = 64;
  private static final int PART_BYTES_MIN = 1 + SIGNATURE_BYTES + 1;
  private static final int PATCH = 1;

  /**
   * One signer's signature.
   *
   * @param signer place among the manifest's signers
   * @param signature 64 bytes; not copied
   * @param patch how many blocks longer the tree is that this signer signed
   */
  record Part(long signer, byte[] signature, long patch) {}

  /**
   * Reads the form that manifests of {@code version} ask for.
   *
   * @throws MalformedMessageException if the bytes do not follow the table, or go on behind it
   */
  static MultiSignature decode(byte[] signature, int version) {
    WireReader in = new WireReader(signature);
    int count = in.count(PART_BYTES_MIN, Manifest.SIGNERS_MAX);
    List<Part> parts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      parts.add(version == 0 ? decodeVersion0(in) : decodePart(in));
    }
    List<TreeNode> nodes = TreeNode.decodeAll(in);
    if (in.hasRemaining()) {
      throw new MalformedMessageException(in.remaining() + " bytes behind a signature");
    }
    return new MultiSignature(List.copyOf(parts), nodes);
  }

  private static Part decodePart(WireReader in) {
    return new Part(in.uint(), in.fixed(SIGNATURE_BYTES), in.uint());
  }

  /** Of a version 0 patch, only the length matters: nodes are found by their index. */
  private static Part decodeVersion0(WireReader in) {
    boolean patched = (in.uint() & PATCH) != 0;
    long signer = in.uint();
    byte[] signature = in.fixed(SIGNATURE_BYTES);
    if (!patched) {
      return new Part(signer, signature, 0);
    }
    in.uint();
    long patch = in.uint();
    int places = in.count(1, WireReader.ARRAY_ELEMENTS_MAX);
    for (int i = 0; i < places; i++) {
      in.uint();
    }
    return new Part(signer, signature, patch);
  }

  /** Returns the signature of one signer who needs no other, for manifests of {@code version}. */
  static byte[] single(int signer, byte[] signature, int version) {
    WireWriter out = new WireWriter(SIGNATURE_BYTES + 8).uint(1);
    if (version == 0) {
      out.uint(0).uint(signer).raw(signature);
    } else {
      out.uint(signer).raw(signature).uint(0);
    }
    return out.uint(0).toByteArray();
  }
}
