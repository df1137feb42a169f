package dev.usernameregistry.bee;

import java.util.Arrays;

/**
 * Where a sub-database of a bee keeps its keys: {@code name 00} before each, nested ones one after
 * the other. Immutable.
 */
public final class KeyPrefix {
  private static final byte[] SEPARATOR = {0};
  private static final KeyPrefix ROOT = new KeyPrefix(new byte[0]);

  private final byte[] bytes;

  private KeyPrefix(byte[] bytes) {
    this.bytes = bytes;
  }

  /** Returns the empty prefix, that of the bee itself. */
  public static KeyPrefix root() {
    return ROOT;
  }

  /** Returns the prefix of the sub-database {@code name} within this one. */
  public KeyPrefix sub(byte[] name) {
    return new KeyPrefix(KeyRange.concat(KeyRange.concat(bytes, name), SEPARATOR));
  }

  /** Returns {@code key} of this sub-database as the bee stores it. */
  public byte[] add(byte[] key) {
    return KeyRange.concat(bytes, key);
  }

  /**
   * Returns a stored key as this sub-database knows it.
   *
   * @throws IllegalArgumentException if the key is not one of this sub-database
   */
  public byte[] strip(byte[] storedKey) {
    if (storedKey.length < bytes.length
        || !Arrays.equals(storedKey, 0, bytes.length, bytes, 0, bytes.length)) {
      throw new IllegalArgumentException("the key does not begin with this prefix");
    }
    return Arrays.copyOfRange(storedKey, bytes.length, storedKey.length);
  }

  /**
   * Returns the stored keys of {@code range}, whose bounds are keys of this sub-database.
   *
   * <p>Without a lower bound the empty key and the key {@code 00} are left out, as the reference
   * does; {@code KeyRange.prefix(add(new byte[0]))} has them.
   */
  public KeyRange range(KeyRange range) {
    KeyRange unbounded = bytes.length == 0 ? KeyRange.all() : KeyRange.prefix(bytes);
    if (bytes.length > 0) {
      unbounded = unbounded.gt(add(SEPARATOR));
    }
    return range.below(bytes, unbounded);
  }
}
