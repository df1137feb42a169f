package dev.usernameregistry.net.noise;

import org.bouncycastle.crypto.engines.ChaChaEngine;

/**
 * ChaCha20 (RFC 8439) on its bare state, and HChaCha20 (draft-irtf-cfrg-xchacha, section 2.2), both
 * made of Bouncy Castle's block function.
 *
 * <pre>
 * word    meaning
 *  0..3   constant
 *  4..11  key
 * 12      number of the 64-byte keystream block
 * 13..15  nonce
 * </pre>
 */
final class ChaCha20 {
  static final int BLOCK_BYTES = 64;

  private static final int[] CONSTANT = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  private static final int ROUNDS = 20;

  private ChaCha20() {}

  /** Returns a state with {@code key} and, in the words from 12 on, the 16 bytes {@code last}. */
  static int[] state(byte[] key, byte[] last) {
    int[] state = new int[16];
    System.arraycopy(CONSTANT, 0, state, 0, 4);
    for (int i = 0; i < 8; i++) {
      state[4 + i] = readInt(key, 4 * i);
    }
    for (int i = 0; i < 4; i++) {
      state[12 + i] = readInt(last, 4 * i);
    }
    return state;
  }

  /** Returns the 32-byte key that HChaCha20 derives from {@code key} and 16 bytes of nonce. */
  static byte[] hchacha(byte[] key, byte[] nonce) {
    int[] state = state(key, nonce);
    int[] block = new int[16];
    ChaChaEngine.chachaCore(ROUNDS, state, block);
    byte[] derived = new byte[32];
    for (int i = 0; i < 4; i++) { // the state itself is not added to the rounds here
      writeInt(derived, 4 * i, block[i] - state[i]);
      writeInt(derived, 16 + 4 * i, block[12 + i] - state[12 + i]);
    }
    return derived;
  }

  /** Puts keystream block {@code number} of {@code state} into {@code out}, as 16 words. */
  static void block(int[] state, int number, int[] out) {
    state[12] = number;
    ChaChaEngine.chachaCore(ROUNDS, state, out);
  }

  /** Exclusive-ors {@code bytes} with the keystream from block {@code firstBlock} on. */
  static void xor(int[] state, int firstBlock, byte[] bytes, int offset, int length) {
    int[] keystream = new int[16];
    int end = offset + length;
    int at = offset;
    int number = firstBlock;
    for (; end - at >= BLOCK_BYTES; at += BLOCK_BYTES) {
      block(state, number++, keystream);
      for (int i = 0; i < 16; i++) {
        writeInt(bytes, at + 4 * i, readInt(bytes, at + 4 * i) ^ keystream[i]);
      }
    }
    if (at < end) {
      block(state, number, keystream);
      for (int i = 0; at < end; i++, at++) {
        bytes[at] ^= (byte) (keystream[i >> 2] >>> (8 * (i & 3)));
      }
    }
  }

  // By shifts, not through a VarHandle: OpenJDK 17.0.15 was seen to compile a loop over such int
  // views of a byte[] wrongly (about one JVM in five, after some 200,000 calls).

  static int readInt(byte[] bytes, int offset) {
    return (bytes[offset] & 0xff)
        | (bytes[offset + 1] & 0xff) << 8
        | (bytes[offset + 2] & 0xff) << 16
        | bytes[offset + 3] << 24;
  }

  static void writeInt(byte[] bytes, int offset, int value) {
    bytes[offset] = (byte) value;
    bytes[offset + 1] = (byte) (value >>> 8);
    bytes[offset + 2] = (byte) (value >>> 16);
    bytes[offset + 3] = (byte) (value >>> 24);
  }
}
