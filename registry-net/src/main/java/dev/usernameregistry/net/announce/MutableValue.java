package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.crypto.Signatures;
import java.util.Arrays;

/**
 * A value that the holder of a key signed, and may replace by one with a higher number.
 *
 * <pre>
 * field      encoding   meaning
 * seq        uint       number of the value
 * value      bytes
 * signature  64 bytes
 * </pre>
 *
 * @param value not copied, so nobody may change it
 * @param signature not copied, so nobody may change it
 */
public record MutableValue(long seq, byte[] value, byte[] signature) {
  private static final byte[] NAMESPACE = Blake2b.namespace("hyperswarm/dht", Command.MUTABLE_PUT);

  /** Returns {@code value} signed with {@code keyPair}. */
  static MutableValue sign(KeyPair keyPair, long seq, byte[] value) {
    return new MutableValue(seq, value, keyPair.sign(signable(seq, value)));
  }

  static MutableValue decode(WireReader in) {
    return new MutableValue(
        in.uint(), in.bytes(Records.VALUE_BYTES_MAX), in.fixed(KeyPair.SIGNATURE_BYTES));
  }

  void encode(WireWriter out) {
    out.uint(seq).bytes(value).raw(signature);
  }

  byte[] encode() {
    WireWriter out = new WireWriter(value.length + 80);
    encode(out);
    return out.toByteArray();
  }

  /** Returns whether the holder of {@code publicKey} signed this. Slow. */
  boolean isSignedBy(Key publicKey) {
    return Signatures.verify(signature, signable(seq, value), publicKey);
  }

  /** Returns whether the bytes are the same. */
  boolean hasValueOf(MutableValue other) {
    return Arrays.equals(value, other.value);
  }

  /** Returns whether everything is the same, so that one signature is as good as the other. */
  boolean isCopyOf(MutableValue other) {
    return seq == other.seq && hasValueOf(other) && Arrays.equals(signature, other.signature);
  }

  /**
   * Returns the bytes that are signed.
   *
   * <pre>
   * offset  size  field
   *      0    32  MUTABLE_PUT namespace
   *     32    32  hash of uint seq ‖ length and bytes of value
   *     64        end
   * </pre>
   */
  static byte[] signable(long seq, byte[] value) {
    WireWriter hashed = new WireWriter(value.length + 16).uint(seq).bytes(value);
    byte[] hash = Blake2b.hash(hashed.toByteArray());
    return new WireWriter(64).raw(NAMESPACE).raw(hash).toByteArray();
  }

  /**
   * The value of MUTABLE_PUT.
   *
   * <pre>
   * field      encoding       meaning
   * publicKey  32 bytes       who signed
   * signed     {@link MutableValue}
   * </pre>
   */
  record Put(Key publicKey, MutableValue signed) {
    static Put decode(WireReader in) {
      return new Put(Key.of(in.fixed(Key.BYTES)), MutableValue.decode(in));
    }

    byte[] encode() {
      WireWriter out = new WireWriter(signed.value.length + 112).raw(publicKey.bytes());
      signed.encode(out);
      return out.toByteArray();
    }
  }
}
