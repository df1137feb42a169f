package dev.usernameregistry.net.noise;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * One direction of libsodium's secretstream (XChaCha20-Poly1305), in place and without associated
 * data. Messages must be opened in the order in which they were sealed; after one that is not
 * authentic, whatever is tried next is an {@link AssertionError}.
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

  /** Where the tag is in {@link #blocks}. */
  private static final int TAG = ChaCha20.BLOCK_BYTES;

  private static final int KEY_BYTES = 32;
  private static final int COUNTER_BYTES = 4;

  /** Where "inonce" is in the nonce, behind the counter. */
  private static final int INONCE = COUNTER_BYTES;

  private final ChaCha20 keystream = new ChaCha20();
  private final Poly1305 poly = new Poly1305();
  private final byte[] nonce = new byte[ChaCha20.NONCE_BYTES];
  private SecretKeySpec key;

  /** The keystream's blocks 0, of which the first half is Poly1305's key, and 1, the tag's. */
  private final byte[] blocks = new byte[2 * ChaCha20.BLOCK_BYTES];

  private final byte[] mac = new byte[MAC_BYTES];

  /** Starts a direction with its 32-byte key and the 24-byte header that its sender chose. */
  MessageCipher(byte[] key, byte[] header) {
    this.key = new SecretKeySpec(ChaCha20.hchacha(key, header), ChaCha20.NAME);
    System.arraycopy(header, 16, nonce, INONCE, 8);
    setCounter(1);
  }

  /**
   * Seals the {@code length} bytes at {@code offset + 1}; the result takes {@code length + }{@link
   * #OVERHEAD_BYTES} from {@code offset} on.
   */
  void seal(int tag, byte[] bytes, int offset, int length) {
    startMessage();
    blocks[TAG] ^= (byte) tag;
    bytes[offset] = blocks[TAG];
    keystream.xor(bytes, offset + 1, length);
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
    startMessage();
    int tag = (blocks[TAG] ^ bytes[offset]) & 0xff;
    blocks[TAG] = bytes[offset];
    authenticate(bytes, offset + 1, length);
    int macAt = offset + 1 + length;
    byte[] received = Arrays.copyOfRange(bytes, macAt, macAt + MAC_BYTES);
    if (!MessageDigest.isEqual(mac, received)) {
      throw new SecretStreamException("a message of " + length + " bytes is not authentic");
    }
    keystream.xor(bytes, offset + 1, length);
    advance(tag);
    return tag;
  }

  /** Fills {@link #blocks}; the keystream's block 2 is next. */
  private void startMessage() {
    keystream.start(key, nonce);
    Arrays.fill(blocks, (byte) 0);
    keystream.xor(blocks, 0, blocks.length);
  }

  private void authenticate(byte[] bytes, int offset, int length) {
    poly.init(new KeyParameter(blocks, 0, KEY_BYTES));
    poly.update(blocks, TAG, ChaCha20.BLOCK_BYTES);
    poly.update(bytes, offset, length);
    // length mod 16 zeros, not the usual padding to 16: the wire keeps libsodium's slip
    byte[] end = new byte[(length & 15) + 16];
    littleEndian(end).putLong(end.length - 8, ChaCha20.BLOCK_BYTES + (long) length);
    poly.update(end, 0, end.length);
    poly.doFinal(mac, 0);
  }

  private void advance(int tag) {
    for (int i = 0; i < 8; i++) {
      nonce[INONCE + i] ^= mac[i];
    }
    int counter = littleEndian(nonce).getInt(0) + 1;
    setCounter(counter);
    if ((tag & TAG_REKEY_BIT) != 0 || counter == 0) {
      rekey();
    }
  }

  private void rekey() {
    byte[] next = Arrays.copyOf(key.getEncoded(), KEY_BYTES + 8);
    System.arraycopy(nonce, INONCE, next, KEY_BYTES, 8);
    keystream.start(key, nonce);
    keystream.xor(next, 0, next.length);
    key = new SecretKeySpec(next, 0, KEY_BYTES, ChaCha20.NAME);
    System.arraycopy(next, KEY_BYTES, nonce, INONCE, 8);
    setCounter(1);
  }

  /** Also for the vectors, which reach the end of the counter without 2³² messages. */
  void setCounter(int counter) {
    littleEndian(nonce).putInt(0, counter);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns key, counter and "inonce" as 44 bytes. */
  byte[] stateBytes() {
    byte[] bytes = Arrays.copyOf(key.getEncoded(), KEY_BYTES + nonce.length);
    System.arraycopy(nonce, 0, bytes, KEY_BYTES, nonce.length);
    return bytes;
  }
}
