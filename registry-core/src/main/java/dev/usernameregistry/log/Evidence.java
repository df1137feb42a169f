package dev.usernameregistry.log;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.tree.Implied;
import dev.usernameregistry.tree.InvalidProofException;
import dev.usernameregistry.tree.Parting;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.Roots;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Proof that a writer signed two different trees of one length and fork. Anyone who knows the log's
 * key can check it; no object of this class exists that has not been checked. Immutable.
 *
 * <pre>
 * field      encoding
 * manifest   bytes      encoded
 * one        bytes      an encoded proof with an upgrade from 0 to the length in question, and
 *                       perhaps of the first block in which both differ (hash part)
 * other      bytes      another one, of the same fork
 * </pre>
 */
public final class Evidence {
  private static final int PROOF_BYTES_MAX = 1 << 21;

  private final Key key;
  private final long fork;
  private final Roots one;
  private final Roots other;
  private final Parting parting;
  private final byte[] proof;

  private Evidence(Key key, long fork, Roots one, Roots other, Parting parting, byte[] proof) {
    this.key = key;
    this.fork = fork;
    this.one = one;
    this.other = other;
    this.parting = parting;
    this.proof = proof;
  }

  /**
   * Checks what {@link #proof} returned, here or elsewhere.
   *
   * @param key the log
   * @throws MalformedMessageException if the bytes do not follow the table
   * @throws InvalidProofException if they do not prove that the writer of this log signed two heads
   */
  public static Evidence check(Key key, byte[] proof) {
    return read(key, proof)
        .orElseThrow(() -> new InvalidProofException("a tree does not contradict itself"));
  }

  /**
   * Checks evidence that was stored here. Empty if both trees have the same hashes and only their
   * sizes differ, which is a lie of whoever sent them and was taken for evidence once.
   */
  static Optional<Evidence> read(Key key, byte[] proof) {
    WireReader in = new WireReader(proof);
    HeadVerifier verifier =
        HeadVerifier.of(key, Manifest.decode(in.frame(Manifest.BYTES_MAX)))
            .orElseThrow(() -> new InvalidProofException("the manifest is not that of log " + key));
    Proof one = Proof.decode(in.frame(PROOF_BYTES_MAX));
    Proof other = Proof.decode(in.frame(PROOF_BYTES_MAX));
    if (in.hasRemaining()) {
      throw new MalformedMessageException(in.remaining() + " bytes after both proofs, expected 0");
    }
    if (one.fork() != other.fork()) {
      throw new InvalidProofException("forks " + one.fork() + " and " + other.fork());
    }
    Implied oneTree = check(verifier, one);
    Implied otherTree = check(verifier, other);
    Roots oneRoots = oneTree.target();
    Roots otherRoots = otherTree.target();
    if (oneRoots.length() != otherRoots.length()) {
      throw new InvalidProofException(oneRoots + " does not contradict " + otherRoots);
    }
    return Parting.of(oneTree, otherTree)
        .map(
            parting -> new Evidence(key, one.fork(), oneRoots, otherRoots, parting, proof.clone()));
  }

  /** Makes evidence of two upgrades from an empty log, which contradict each other. */
  static Evidence of(Key key, Manifest manifest, Proof one, Proof other) {
    byte[] bytes =
        new WireWriter(1024)
            .bytes(manifest.encode())
            .bytes(encode(one))
            .bytes(encode(other))
            .toByteArray();
    return check(key, bytes);
  }

  private static byte[] encode(Proof proof) {
    WireWriter out = new WireWriter(512);
    proof.encode(out);
    return out.toByteArray();
  }

  private static Implied check(HeadVerifier verifier, Proof proof) {
    Implied implied = proof.run(Roots.EMPTY);
    Proof.Upgrade upgrade = proof.upgrade();
    if (upgrade == null
        || implied.unproven() != null
        || !verifier.verify(implied.roots(), proof.fork(), signature(upgrade))) {
      throw new InvalidProofException("no signature over " + implied.roots());
    }
    return implied;
  }

  static byte[] signature(Proof.Upgrade upgrade) {
    byte[] signature = upgrade.signature();
    return signature == null ? new byte[0] : signature;
  }

  /** Returns which log this is about. */
  public Key key() {
    return key;
  }

  /** Returns the fork of both heads. */
  public long fork() {
    return fork;
  }

  /** Returns the number of blocks at which the two trees were compared and differ. */
  public long length() {
    return one.length();
  }

  /**
   * Returns how many of the first blocks both trees certainly agree on, as far as the two proofs
   * show it. The same evidence gives the same number everywhere.
   */
  public long agreedLength() {
    return parting.agreedLength();
  }

  /**
   * Returns whether the block behind the {@link #agreedLength} is shown to differ; else both trees
   * may agree on more.
   */
  public boolean isExact() {
    return parting.exact();
  }

  /**
   * Returns a length at which a log has all on which both trees agree: the smallest one if {@link
   * #isExact}, else {@link #length}, before which they differ.
   */
  public long agreedAtMost() {
    return isExact() ? agreedLength() : length();
  }

  /**
   * Returns how many blocks of one of the two trees, which has {@code length}, are not known to be
   * in dispute. Until it is known where both part these are all: if they were none, what nobody
   * disputes would be gone until somebody has told.
   */
  long undisputed(long length) {
    return isExact() ? Math.min(length, agreedLength()) : length;
  }

  /**
   * Returns whether this takes the place of {@code present}: if it is exact, and {@code present} is
   * not or does not show that two trees differ earlier. So all who have seen the same exact
   * evidence end with that of the fewest blocks, and have the same of the log.
   */
  boolean supersedes(Evidence present) {
    return isExact() && (!present.isExact() || agreedLength() < present.agreedLength());
  }

  /** Returns whether exact evidence about these two trees might supersede {@code present}. */
  boolean couldSupersede(Evidence present) {
    return !isExact()
        && (!present.isExact()
            || (agreedLength() < present.agreedLength() && !isOfTreesOf(present)));
  }

  private boolean isOfTreesOf(Evidence that) {
    return (one.sameBlocks(that.one) && other.sameBlocks(that.other))
        || (one.sameBlocks(that.other) && other.sameBlocks(that.one));
  }

  /**
   * Returns the two proofs that contradict each other. Whoever has the log as far as {@link
   * #length}, on either side, sees the contradiction in one of them.
   */
  public List<Proof> proofs() {
    WireReader in = new WireReader(proof);
    in.frame(Manifest.BYTES_MAX);
    Proof one = Proof.decode(in.frame(PROOF_BYTES_MAX));
    return List.of(one, Proof.decode(in.frame(PROOF_BYTES_MAX)));
  }

  /**
   * Returns what is left of {@link #proofs} if they prove nothing below the roots: enough to see
   * the contradiction, and all that a JavaScript peer compares.
   */
  public List<Proof> rootProofs() {
    return proofs().stream().map(Evidence::ofRoots).toList();
  }

  /** Returns the same upgrade from an empty log, which shows nothing but its roots. */
  static Proof ofRoots(Proof proof) {
    return ofRoots(
        proof.fork(),
        proof.run(Roots.EMPTY).target(),
        Objects.requireNonNull(proof.upgrade(), "evidence is made of upgrades"));
  }

  /** Returns an upgrade from an empty log to {@code target}, from where {@code upgrade} goes on. */
  static Proof ofRoots(long fork, Roots target, Proof.Upgrade upgrade) {
    Proof.Upgrade whole =
        new Proof.Upgrade(
            0, target.length(), target.nodes(), upgrade.additionalNodes(), signature(upgrade));
    return Proof.of(0, fork, whole);
  }

  /** Returns the portable bytes, for {@link #check}. */
  public byte[] proof() {
    return proof.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Evidence evidence
        && key.equals(evidence.key)
        && Arrays.equals(proof, evidence.proof);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(proof);
  }

  @Override
  public String toString() {
    return "Evidence[log "
        + key
        + " signed two trees of "
        + length()
        + " blocks at fork "
        + fork
        + "]";
  }
}
