package dev.usernameregistry.net.noise;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * One direction of libsodium's secretstream (XChaCha20-Poly1305), in place and without associated
 * data. Messages must be opened in the order in which they were sealed; one that is not authentic
 * leaves the state of no further use.
 *
 * <pre>
 * offset  size  sealed message
 *      0     1  tag, encrypted with the first byte of keystream block 1
 *      1     n  plaintext, encrypted with keystream blocks 2, 3, …
 *  1 + n    16  Poly1305 over tag block (64), ciphertext, n mod 16 zeros, u64 0, u64 64 + n
 * </pre>
 */
final class MessageCipher {
  static final int HEADER_BYTES = 24;
  static final int MAC_BYTES = 16;

  /** How much longer a sealed message is. */
  static final int OVERHEAD_BYTES = 1 + MAC_BYTES;

  /** The tag of every message that the reference sends. */
  static final int TAG_MESSAGE = 0;

  private static final int TAG_REKEY_BIT = 2;

  /** Words 4 to 11: key; word 13: message counter; words 14 and 15: "inonce". */
  private final int[] state;

  private final int[] keystream = new int[16];
  private final byte[] block = new byte[ChaCha20.BLOCK_BYTES];
  private final byte[] mac = new byte[MAC_BYTES];
  private final Poly1305 poly = new Poly1305();

  /** Starts a direction with its 32-byte key and the 24-byte header that its sender chose. */
  MessageCipher(byte[] key, byte[] header) {
    byte[] last = new byte[16];
    System.arraycopy(header, 16, last, 8, 8);
    state = ChaCha20.state(ChaCha20.hchacha(key, header), last);
    state[13] = 1;
  }

  /**
   * Seals the {@code length} bytes at {@code offset + 1}; the result takes {@code length + }{@link
   * #OVERHEAD_BYTES} from {@code offset} on.
   */
  void seal(int tag, byte[] bytes, int offset, int length) {
    tagBlock(tag);
    bytes[offset] = block[0];
    ChaCha20.xor(state, 2, bytes, offset + 1, length);
    authenticate(bytes, offset + 1, length);
    System.arraycopy(mac, 0, bytes, offset + 1 + length, MAC_BYTES);
    advance(tag);
  }

  /**
   * Opens a sealed message of {@code sealedLength} bytes at {@code offset}; the plaintext is then
   * at {@code offset + 1}.
   *
   * @return the tag
   * @throws SecretStreamException if it is not authentic; {@code bytes} are unchanged then
   */
  int open(byte[] bytes, int offset, int sealedLength) {
    int length = sealedLength - OVERHEAD_BYTES;
    tagBlock(bytes[offset]);
    int tag = block[0] & 0xff;
    block[0] = bytes[offset];
    authenticate(bytes, offset + 1, length);
    int macAt = offset + 1 + length;
    byte[] received = Arrays.copyOfRange(bytes, macAt, macAt + MAC_BYTES);
    if (!MessageDigest.isEqual(mac, received)) {
      throw new SecretStreamException("a message of " + length + " bytes is not authentic");
    }
    ChaCha20.xor(state, 2, bytes, offset + 1, length);
    advance(tag);
    return tag;
  }

  /** Fills {@link #block} with {@code first}, 63 zeros, and the keystream over both. */
  private void tagBlock(int first) {
    Arrays.fill(block, (byte) 0);
    block[0] = (byte) first;
    ChaCha20.xor(state, 1, block, 0, block.length);
  }

  private void authenticate(byte[] bytes, int offset, int length) {
    ChaCha20.block(state, 0, keystream);
    byte[] polyKey = new byte[32];
    for (int i = 0; i < 8; i++) {
      ChaCha20.writeInt(polyKey, 4 * i, keystream[i]);
    }
    poly.init(new KeyParameter(polyKey));
    poly.update(block, 0, block.length);
    poly.update(bytes, offset, length);
    // length mod 16 zeros, not the usual padding to 16: the wire keeps libsodium's slip
    byte[] end = new byte[(length & 15) + 16];
    ChaCha20.writeInt(end, end.length - 8, block.length + length);
    poly.update(end, 0, end.length);
    poly.doFinal(mac, 0);
  }

  private void advance(int tag) {
    state[14] ^= ChaCha20.readInt(mac, 0);
    state[15] ^= ChaCha20.readInt(mac, 4);
    state[13]++;
    if ((tag & TAG_REKEY_BIT) != 0 || state[13] == 0) {
      rekey();
    }
  }

  private void rekey() {
    ChaCha20.block(state, 0, keystream);
    for (int i = 0; i < 8; i++) {
      state[4 + i] ^= keystream[i];
    }
    state[14] ^= keystream[8];
    state[15] ^= keystream[9];
    state[13] = 1;
  }

  /** For the vectors, which reach the end of the counter without 2³² messages. */
  void forceCounter(int counter) {
    state[13] = counter;
  }

  /** Returns key, counter and "inonce" as 44 bytes. */
  byte[] stateBytes() {
    byte[] bytes = new byte[44];
    for (int i = 0; i < 8; i++) {
      ChaCha20.writeInt(bytes, 4 * i, state[4 + i]);
    }
    for (int i = 0; i < 3; i++) {
      ChaCha20.writeInt(bytes, 32 + 4 * i, state[13 + i]);
    }
    return bytes;
  }
}
