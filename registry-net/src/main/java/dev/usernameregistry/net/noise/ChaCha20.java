package dev.usernameregistry.net.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.ChaCha20ParameterSpec;
import org.bouncycastle.crypto.engines.ChaChaEngine;

/**
 * The keystream of ChaCha20 (RFC 8439) from its block 0 on, made by Java's own cipher: in native
 * code since Java 20. And HChaCha20 (draft-irtf-cfrg-xchacha, section 2.2), of Bouncy Castle's
 * block function. Not thread-safe.
 */
final class ChaCha20 {
  static final String NAME = "ChaCha20";
  static final int BLOCK_BYTES = 64;
  static final int NONCE_BYTES = 12;

  /**
   * Whatever an application put before it: Conscrypt, for one, takes the same parameters without a
   * complaint, and makes up another nonce.
   */
  private static final String JDK = "SunJCE";

  private static final int[] CONSTANT = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  private static final int ROUNDS = 20;

  private final Cipher cipher;

  ChaCha20() {
    try {
      cipher = Cipher.getInstance(NAME, JDK);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this Java has no ChaCha20 of its own", missing);
    }
  }

  /**
   * Begins the keystream of a key and a nonce of {@link #NONCE_BYTES}; not that of the same two as
   * the time before, which Java refuses.
   */
  void start(SecretKey key, byte[] nonce) {
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new ChaCha20ParameterSpec(nonce, 0));
    } catch (GeneralSecurityException refused) {
      throw new AssertionError("Java refuses this key or this nonce", refused);
    }
  }

  /** Exclusive-ors {@code bytes} with the next of the keystream. */
  void xor(byte[] bytes, int offset, int length) {
    try {
      cipher.update(bytes, offset, length, bytes, offset);
    } catch (GeneralSecurityException tooShort) {
      throw new AssertionError("as many bytes out as in", tooShort);
    }
  }

  /** Returns the 32-byte key that HChaCha20 derives from {@code key} and 16 bytes of nonce. */
  static byte[] hchacha(byte[] key, byte[] nonce) {
    int[] state = new int[16];
    System.arraycopy(CONSTANT, 0, state, 0, 4);
    words(key).get(state, 4, 8);
    words(nonce).get(state, 12, 4);
    int[] block = new int[16];
    ChaChaEngine.chachaCore(ROUNDS, state, block);
    for (int i = 0; i < 16; i++) {
      block[i] -= state[i]; // which is not added to the rounds here
    }
    byte[] derived = new byte[32];
    words(derived).put(block, 0, 4).put(block, 12, 4);
    return derived;
  }

  private static IntBuffer words(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
  }
}
