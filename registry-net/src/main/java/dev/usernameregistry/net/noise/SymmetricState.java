package dev.usernameregistry.net.noise;

import dev.usernameregistry.crypto.Blake2b;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/**
 * Chaining key, handshake hash and cipher key of one Noise handshake ("SymmetricState" and
 * "CipherState" of the Noise specification, sections 5.1 and 5.2), with BLAKE2b and ChaChaPoly.
 */
final class SymmetricState {
  static final int MAC_BYTES = 16;

  private static final int HMAC_BLOCK_BYTES = 128;
  private static final byte[] EMPTY = {};

  private byte[] chainingKey;
  private byte[] hash;
  private byte @Nullable [] key;
  private long nonce;

  /** Starts with the protocol's name, which is shorter than a hash and therefore not hashed. */
  SymmetricState(byte[] protocolName) {
    hash = Arrays.copyOf(protocolName, 64);
    chainingKey = hash;
  }

  void mixHash(byte[] data) {
    hash = Blake2b.hash64(hash, data);
  }

  void mixKey(byte[] secret) {
    byte[][] two = derive(chainingKey, secret);
    chainingKey = two[0];
    key = Arrays.copyOf(two[1], 32);
    nonce = 0;
  }

  boolean hasKey() {
    return key != null;
  }

  byte[] encryptAndHash(byte[] plaintext) {
    byte[] ciphertext = key == null ? plaintext : aead(true, key, plaintext);
    mixHash(ciphertext);
    return ciphertext;
  }

  /** Throws {@link SecretStreamException} if {@code ciphertext} is not authentic. */
  byte[] decryptAndHash(byte[] ciphertext) {
    byte[] plaintext = key == null ? ciphertext : aead(false, key, ciphertext);
    mixHash(ciphertext);
    return plaintext;
  }

  /** Returns the two keys of 32 bytes; the initiator sends with the first. */
  byte[][] split() {
    byte[][] two = derive(chainingKey, EMPTY);
    return new byte[][] {Arrays.copyOf(two[0], 32), Arrays.copyOf(two[1], 32)};
  }

  byte[] hash() {
    return hash.clone();
  }

  byte[] chainingKey() {
    return chainingKey.clone();
  }

  byte @Nullable [] key() {
    return key;
  }

  long nonce() {
    return nonce;
  }

  private byte[] aead(boolean encrypt, byte[] key, byte[] in) {
    byte[] iv = new byte[ChaCha20.NONCE_BYTES];
    ByteBuffer.wrap(iv).order(ByteOrder.LITTLE_ENDIAN).putLong(4, nonce++);
    ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
    cipher.init(encrypt, new AEADParameters(new KeyParameter(key), 8 * MAC_BYTES, iv, hash));
    byte[] out = new byte[cipher.getOutputSize(in.length)];
    try {
      int length = cipher.processBytes(in, 0, in.length, out, 0);
      cipher.doFinal(out, length);
    } catch (InvalidCipherTextException e) {
      throw new SecretStreamException("a handshake message is not authentic");
    }
    return out;
  }

  /** Returns both outputs of the Noise specification's HKDF, 64 bytes each. */
  static byte[][] derive(byte[] chainingKey, byte[] secret) {
    byte[] temporary = hmac(chainingKey, secret);
    byte[] first = hmac(temporary, new byte[] {1});
    byte[] second = hmac(temporary, first, new byte[] {2});
    return new byte[][] {first, second};
  }

  /** HMAC (RFC 2104) over BLAKE2b-512; not BLAKE2b's own key parameter. */
  private static byte[] hmac(byte[] key, byte[]... message) {
    byte[] inner = Arrays.copyOf(key, HMAC_BLOCK_BYTES);
    byte[] outer = inner.clone();
    for (int i = 0; i < HMAC_BLOCK_BYTES; i++) {
      inner[i] ^= 0x36;
      outer[i] ^= 0x5c;
    }
    byte[][] parts = new byte[1 + message.length][];
    parts[0] = inner;
    System.arraycopy(message, 0, parts, 1, message.length);
    return Blake2b.hash64(outer, Blake2b.hash64(parts));
  }
}
