package dev.usernameregistry.log;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.crypto.Signatures;
import dev.usernameregistry.tree.Roots;
import dev.usernameregistry.tree.TreeNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Signs the heads of one log and checks their signatures, as its manifest says. Immutable.
 *
 * <p>The bytes that a signer signs:
 *
 * <pre>
 * offset  size  field
 *      0    32  TREE namespace
 *     32    32  context: the log's key, or the signer's namespace for a version 0 manifest
 *     64    32  tree hash
 *     96     8  length, blocks, little-endian
 *    104     8  fork, little-endian
 *    112        end
 * </pre>
 *
 * <p>A compatible log, from before manifests, is one whose key is the public key of its only
 * signer. It has no context, and its signature is bare.
 */
final class HeadVerifier {
  private static final byte[] TREE = Blake2b.namespace("hypercore", 0);

  /** Of one part of a signature, at most, but for its patch. */
  private static final int PART_BYTES_MAX = 80;

  /** Of all patches; one that leads to a million blocks has up to 38 nodes of about 40 bytes. */
  private static final int PATCHES_BYTES_MAX = 2048;

  private final Key key;
  private final Manifest manifest;
  private final boolean compatible;

  /** The manifest as each commit stores it; null until it is first asked for. */
  private volatile byte @Nullable [] encoded;

  private HeadVerifier(Key key, Manifest manifest) {
    this.key = key;
    this.manifest = manifest;
    this.compatible = isCompatible(key, manifest);
  }

  /** Returns the verifier for a log, or nothing if {@code manifest} is not that log's. */
  static Optional<HeadVerifier> of(Key key, Manifest manifest) {
    return isCompatible(key, manifest) || manifest.key().equals(key)
        ? Optional.of(new HeadVerifier(key, manifest))
        : Optional.empty();
  }

  private static boolean isCompatible(Key key, Manifest manifest) {
    return manifest.signers().size() == 1 && manifest.signers().get(0).publicKey().equals(key);
  }

  Manifest manifest() {
    return manifest;
  }

  /** Returns the encoded manifest, which nobody may change. Any thread. */
  byte[] encodedManifest() {
    byte[] made = encoded;
    if (made == null) {
      made = manifest.encode();
      encoded = made; // two threads may make the same at once; either will do
    }
    return made;
  }

  /**
   * Requires that the manifest is small enough to be learnt from a peer.
   *
   * @throws TooLargeToKeepException if it is not
   */
  void requireLearnable() {
    TooLargeToKeepException.requireManifest(manifest.encode().length, Manifest.LEARNT_BYTES_MAX);
  }

  /**
   * Requires that a signature is not much longer than these signers need. A longer one holds parts
   * that nobody looks at, and would stay in memory with the head.
   *
   * @throws TooLargeToKeepException if it is
   */
  void requireShort(byte[] signature) {
    long patches = manifest.allowPatch() ? PATCHES_BYTES_MAX : 0;
    TooLargeToKeepException.requireSignature(
        signature.length, patches + (long) PART_BYTES_MAX * manifest.signers().size());
  }

  /** Returns what pins the first blocks, if that counts for this log. */
  private Optional<Manifest.Prologue> prologue() {
    return compatible || manifest.version() == 0 ? Optional.empty() : manifest.prologue();
  }

  /** Returns whether {@code keyPair} alone can sign heads. */
  boolean canSign(KeyPair keyPair) {
    return signerOf(keyPair) >= 0 && (manifest.quorum() == 1 || isBare());
  }

  /**
   * Returns the head over {@code roots}, signed in the form that the manifest asks for, if it asks
   * for any.
   *
   * @throws IllegalArgumentException if these are not the first blocks that the manifest pins
   */
  Head sign(long fork, Roots roots, KeyPair keyPair) {
    Signed signed = new Signed(roots.treeHash(), roots.length(), fork);
    if (isPinned(signed)) {
      if (!isPrologue(signed)) {
        throw new IllegalArgumentException(
            "the manifest pins the first " + pinnedLength() + " blocks, and these are others");
      }
      if (fork == 0) {
        return new Head(fork, roots, new byte[0]);
      }
    }
    int signer = signerOf(keyPair);
    byte[] signature = keyPair.sign(signable(signer, signed.treeHash, signed.length, fork));
    return new Head(
        fork,
        roots,
        isBare() ? signature : MultiSignature.single(signer, signature, manifest.version()));
  }

  /** Returns whether a head is what the manifest demands; {@code signature} may be empty. */
  boolean verify(Roots roots, long fork, byte[] signature) {
    Signed signed = new Signed(roots.treeHash(), roots.length(), fork);
    return verify(signed, signature, roots);
  }

  /**
   * Checks one signed tree.
   *
   * @param roots of that tree, which a patched part makes longer
   */
  boolean verify(Signed signed, byte[] signature, Roots roots) {
    if (isPinned(signed)) {
      if (!isPrologue(signed)) {
        return false;
      }
      if (signed.fork == 0) {
        return true;
      } // without a signature, anyone could lead readers to a fork of their own making
    }
    if (isBare()) {
      return verify(0, signed, signature);
    }
    try {
      return verify(MultiSignature.decode(signature, manifest.version()), signed, roots);
    } catch (PeerFault e) {
      return false; // undecodable, or a patch that does not fit: no signature at all
    }
  }

  /** Returns how many of the first blocks the manifest pins. */
  long pinnedLength() {
    return prologue().map(Manifest.Prologue::length).orElse(0L);
  }

  /** Returns whether the tree is that of exactly the blocks that the manifest pins. */
  boolean isPrologue(Signed signed) {
    Manifest.Prologue prologue = prologue().orElseThrow();
    return signed.length == prologue.length()
        && Arrays.equals(signed.treeHash, prologue.hash().bytes());
  }

  private boolean isPinned(Signed signed) {
    return prologue().isPresent() && signed.length <= pinnedLength();
  }

  /** Looks at the first parts, as many as the quorum; each must hold. */
  private boolean verify(MultiSignature multi, Signed signed, Roots roots) {
    int quorum = manifest.quorum();
    if (quorum == 0 || multi.parts().size() < quorum) {
      return false;
    }
    Map<Long, TreeNode> nodes = new HashMap<>();
    multi.nodes().forEach(node -> nodes.put(node.index(), node));
    BitSet tried = new BitSet();
    for (MultiSignature.Part part : multi.parts().subList(0, quorum)) {
      if (part.signer() >= manifest.signers().size() || tried.get((int) part.signer())) {
        return false;
      }
      tried.set((int) part.signer());
      Signed own = signed;
      if (part.patch() != 0 && manifest.allowPatch()) {
        Roots longer = roots.extend(part.patch(), nodes::get);
        own = new Signed(longer.treeHash(), longer.length(), signed.fork);
      }
      if (!verify((int) part.signer(), own, part.signature())) {
        return false;
      }
    }
    return true;
  }

  private boolean verify(int signer, Signed signed, byte[] signature) {
    byte[] signable = signable(signer, signed.treeHash, signed.length, signed.fork);
    return Signatures.verify(signature, signable, manifest.signers().get(signer).publicKey());
  }

  /** Returns the bytes of the table above. */
  byte[] signable(int signer, byte[] treeHash, long length, long fork) {
    byte[] context = context(signer);
    ByteBuffer out = ByteBuffer.allocate(TREE.length + context.length + treeHash.length + 8 + 8);
    out.order(ByteOrder.LITTLE_ENDIAN).put(TREE).put(context).put(treeHash);
    return out.putLong(length).putLong(fork).array();
  }

  private byte[] context(int signer) {
    if (compatible) {
      return new byte[0];
    }
    return manifest.version() == 0
        ? manifest.signers().get(signer).namespace().bytes()
        : key.bytes();
  }

  private boolean isBare() {
    return compatible
        || (manifest.version() == 0 && manifest.signers().size() == 1 && !manifest.allowPatch());
  }

  private int signerOf(KeyPair keyPair) {
    for (int i = 0; i < manifest.signers().size(); i++) {
      if (manifest.signers().get(i).publicKey().equals(keyPair.publicKey())) {
        return i;
      }
    }
    return -1;
  }

  /** What a signature is over. */
  record Signed(byte[] treeHash, long length, long fork) {}
}
