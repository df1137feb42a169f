package dev.usernameregistry.claims;

import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Keys and values of the index's table.
 *
 * <pre>
 * key                                        value
 * 'n' name                                   registry key, 32 bytes; {@link Claim}: the owner's
 * 'c' name length, 2 bytes; name; registry   {@link Claim}: one that loses
 * 'k' hash of the public key, 32 bytes; name empty; of owners' claims, but those that say the registry
 *                                            key by leaving it out: 'r' rows find these
 * 'r' registry; name                         row kind, 1 byte; round, 8 bytes: all keys of a registry
 * 's' registry                               {@link Progress}
 * 'v'                                        text: format, policy and order this table was built by
 * </pre>
 *
 * <p>Names are UTF-8. A key is no name if it is longer than {@value #NAME_BYTES_MAX} bytes or
 * begins with byte ff; in the 'r' row, byte ff and its hash stand for it.
 */
final class ClaimRows {
  private static final int NAME_BYTES_MAX = RegistrationRecord.NAME_BYTES_MAX;
  private static final byte STANDS_FOR_KEY = (byte) 0xff;
  static final byte[] FORMAT = {'v'};

  private ClaimRows() {}

  static byte[] owner(byte[] name) {
    return ByteBuffer.allocate(1 + name.length).put((byte) 'n').put(name).array();
  }

  /** Returns the name in a row of {@link #owner}. */
  static String ownedName(byte[] row) {
    return new String(row, 1, row.length - 1, StandardCharsets.UTF_8);
  }

  static byte[] other(byte[] name, Key registry) {
    byte[] prefix = others(name);
    return ByteBuffer.allocate(prefix.length + Key.BYTES).put(prefix).put(registry.bytes()).array();
  }

  /** Returns what all claims on {@code name} that lose begin with. */
  static byte[] others(byte[] name) {
    return ByteBuffer.allocate(3 + name.length)
        .put((byte) 'c')
        .putShort((short) name.length)
        .put(name)
        .array();
  }

  /**
   * Returns what the rows of this public key begin with; those of the same {@link #smallLetters}
   * are the same. So are half a surrogate pair, which UTF-8 cannot say, and a question mark.
   */
  static byte[] byPublicKey(String publicKey) {
    byte[] text = smallLetters(publicKey).getBytes(StandardCharsets.UTF_8);
    return prefixed('k', Blake2b.hash(text));
  }

  /**
   * Returns a public key with the small letters of ASCII for the large ones; all others stay.
   * {@code String.toLowerCase} looks at what stands around some letters of other scripts, in a time
   * that grows with the square of the length: 8 seconds for a record that a stranger wrote.
   */
  static String smallLetters(String publicKey) {
    char[] text = publicKey.toCharArray();
    for (int at = 0; at < text.length; at++) {
      if (text[at] <= 'Z') {
        text[at] = Character.toLowerCase(text[at]);
      }
    }
    return new String(text);
  }

  static byte[] ofRegistry(Key registry, byte[] key) {
    boolean asItIs = key.length <= NAME_BYTES_MAX && (key.length == 0 || key[0] != STANDS_FOR_KEY);
    byte[] name = asItIs ? key : hashed(key);
    return ByteBuffer.allocate(1 + Key.BYTES + name.length)
        .put((byte) 'r')
        .put(registry.bytes())
        .put(name)
        .array();
  }

  /** Returns what stands for a key that is too long to be a name, or looks like such a stand-in. */
  private static byte[] hashed(byte[] key) {
    return ByteBuffer.allocate(1 + Blake2b.BYTES)
        .put(STANDS_FOR_KEY)
        .put(Blake2b.hash(key))
        .array();
  }

  /** Returns what the rows of all keys of {@code registry} begin with. */
  static byte[] ofRegistry(Key registry) {
    return prefixed('r', registry.bytes());
  }

  /** Returns the value of a row of {@link #ofRegistry(Key, byte[])}. */
  static byte[] value(RowKind kind, long round) {
    return ByteBuffer.allocate(1 + 8).put(kind.code()).putLong(round).array();
  }

  /** Returns the kind in what {@link #value} returned. */
  static RowKind kind(byte[] value) {
    return RowKind.of(value[0]);
  }

  /** Returns the round in what {@link #value} returned. */
  static long round(byte[] value) {
    return ByteBuffer.wrap(value).getLong(1);
  }

  static byte[] progress(Key registry) {
    return prefixed('s', registry.bytes());
  }

  /**
   * Returns the name in a row of {@link #byPublicKey} or {@link #ofRegistry}, or what stands there
   * for a key that is none.
   */
  static byte[] name(byte[] row) {
    return Arrays.copyOfRange(row, 1 + 32, row.length);
  }

  /** Returns the end of a scan over all rows that begin with {@code prefix}. */
  static byte[] after(byte[] prefix) {
    for (int last = prefix.length - 1; last >= 0; last--) {
      if (prefix[last] != (byte) 0xff) {
        byte[] end = Arrays.copyOf(prefix, last + 1);
        end[last]++;
        return end;
      }
    }
    throw new AssertionError("every row begins with a letter");
  }

  /** Returns the name that a bee's key is; empty if it is too long or no UTF-8. */
  static Optional<String> text(byte[] key) {
    if (key.length > NAME_BYTES_MAX) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
    } catch (CharacterCodingException notText) {
      return Optional.empty();
    }
  }

  private static byte[] prefixed(char letter, byte[] bytes) {
    return ByteBuffer.allocate(1 + bytes.length).put((byte) letter).put(bytes).array();
  }
}
