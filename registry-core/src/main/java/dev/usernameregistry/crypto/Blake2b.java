package dev.usernameregistry.crypto;

import java.nio.charset.StandardCharsets;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/** BLAKE2b with 32 or 64 bytes of output. The output length is a parameter, not a truncation. */
public final class Blake2b {
  /** Bytes in the hash that everything but the Noise handshake uses. */
  public static final int BYTES = 32;

  /** Each thread's digest for {@link #hash}. */
  private static final ThreadLocal<Blake2bDigest> REUSED =
      ThreadLocal.withInitial(() -> new Blake2bDigest(8 * BYTES));

  private Blake2b() {}

  /** Returns the 32-byte hash of the concatenated {@code parts}. */
  public static byte[] hash(byte[]... parts) {
    Blake2bDigest digest = REUSED.get();
    digest.reset(); // an error may have cut off the last call
    return digest(digest, parts);
  }

  /** Returns the 64-byte hash of the concatenated {@code parts}. */
  public static byte[] hash64(byte[]... parts) {
    return digest(new Blake2bDigest(512), parts);
  }

  /**
   * Returns the 32-byte hash of the concatenated {@code parts} under BLAKE2's own key parameter.
   */
  public static byte[] keyed(byte[] key, byte[]... parts) {
    return digest(new Blake2bDigest(key, BYTES, null, null), parts);
  }

  /**
   * Returns the 32-byte constant that separates one use of a hash or signature from another: {@code
   * hash(hash(group) ‖ number)}.
   */
  public static byte[] namespace(String group, int number) {
    return hash(hash(group.getBytes(StandardCharsets.UTF_8)), new byte[] {(byte) number});
  }

  private static byte[] digest(Blake2bDigest digest, byte[]... parts) {
    for (byte[] part : parts) {
      digest.update(part, 0, part.length);
    }
    byte[] hash = new byte[digest.getDigestSize()];
    digest.doFinal(hash, 0);
    return hash;
  }
}
