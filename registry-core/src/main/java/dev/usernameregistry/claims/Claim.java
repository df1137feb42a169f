package dev.usernameregistry.claims;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A registration together with the bytes that stand for it in the index, so that reading it again
 * needs no JSON, until somebody asks for the profile.
 *
 * <pre>
 * offset  size  field
 *      0     1  FIELDS
 *      1     8  registeredAt in milliseconds; -1 for none
 *      9     4  bytes of the public key; -1 if it is the registry key in hexadecimal digits
 *     13     4  bytes of registeredBy
 *     17     .  public key, UTF-8, if it is another
 *      .     .  registeredBy, UTF-8
 *      .     .  the record that it was read from, if there are other fields
 *
 *      0     1  RECORD, where there is text that UTF-8 cannot say
 *      1     .  the record that it was read from
 * </pre>
 *
 * @param row not copied, so nobody may change it
 */
record Claim(Registration registration, byte[] row) {
  private static final byte FIELDS = 0;
  private static final byte RECORD = 1;
  private static final int TIME_AT = 1;
  private static final int PUBLIC_KEY_LENGTH_AT = TIME_AT + 8;
  private static final int REGISTERED_BY_LENGTH_AT = PUBLIC_KEY_LENGTH_AT + 4;
  private static final int PUBLIC_KEY_AT = REGISTERED_BY_LENGTH_AT + 4;
  private static final long NO_TIME = -1;
  private static final int REGISTRY_KEY = -1;
  private static final byte[] NONE = {};

  /** Reads the value that a bee has for {@code name}. */
  static Optional<Claim> of(Key registry, String name, byte[] record) {
    return RegistrationRecord.decode(registry, name, record)
        .map(registration -> of(registration, record));
  }

  /** Returns the claim that is read from {@code record} as {@code registration}. */
  static Claim of(Registration registration, byte[] record) {
    return new Claim(registration, row(registration, record));
  }

  /** Reads the value of an owner's row. */
  static Claim ofOwnerRow(byte[] name, byte[] value) {
    return new Claim(
        owner(new String(name, StandardCharsets.UTF_8), value, new Repeats()),
        Arrays.copyOfRange(value, Key.BYTES, value.length));
  }

  /** Reads what the value of an owner's row says of {@code name}. */
  static Registration owner(String name, byte[] value, Repeats repeats) {
    return registration(repeats.registry(value), name, value, Key.BYTES, repeats);
  }

  /** Reads the bytes of a claim. */
  static Claim stored(Key registry, byte[] name, byte[] row) {
    String username = new String(name, StandardCharsets.UTF_8);
    return new Claim(registration(registry, username, row, 0, new Repeats()), row);
  }

  /** Shows all claims on {@code name} but the owner's: there can be many, and each can be large. */
  static void forEachOther(Table table, byte[] name, Consumer<Claim> others) throws IOException {
    byte[] prefix = ClaimRows.others(name);
    table.scan(
        prefix,
        ClaimRows.after(prefix),
        (key, value) -> {
          Key registry = Key.of(Arrays.copyOfRange(key, prefix.length, key.length));
          others.accept(stored(registry, name, value));
          return true;
        });
  }

  /** Reads the bytes of a claim, which are those of {@code row} from {@code start} on. */
  private static Registration registration(
      Key registry, String name, byte[] row, int start, Repeats repeats) {
    return row[start] == FIELDS
        ? ofFields(registry, name, row, start, repeats)
        : ofRecord(registry, name, Arrays.copyOfRange(row, start + 1, row.length));
  }

  private static Registration ofFields(
      Key registry, String name, byte[] row, int start, Repeats repeats) {
    ByteBuffer in = ByteBuffer.wrap(row);
    long millis = in.getLong(start + TIME_AT);
    int publicKeyFrom = start + PUBLIC_KEY_AT;
    int publicKeyLength = in.getInt(start + PUBLIC_KEY_LENGTH_AT);
    boolean registryKey = publicKeyLength == REGISTRY_KEY;
    int registeredByFrom = publicKeyFrom + (registryKey ? 0 : publicKeyLength);
    int recordFrom = registeredByFrom + in.getInt(start + REGISTERED_BY_LENGTH_AT);
    String publicKey =
        registryKey
            ? repeats.digits(registry)
            : repeats.publicKey(row, publicKeyFrom, registeredByFrom);
    Optional<Instant> registeredAt =
        millis == NO_TIME ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    String registeredBy = repeats.registeredBy(row, registeredByFrom, recordFrom);
    if (recordFrom == row.length) {
      return new Registration(name, publicKey, registeredAt, registeredBy, registry);
    }
    byte[] record = Arrays.copyOfRange(row, recordFrom, row.length);
    return new Registration(
        name,
        publicKey,
        registeredAt,
        registeredBy,
        registry,
        () -> ofRecord(registry, name, record).profileToRead());
  }

  private static Registration ofRecord(Key registry, String name, byte[] record) {
    return RegistrationRecord.decode(registry, name, record)
        .orElseThrow(() -> new AssertionError("a record in the index cannot be read"));
  }

  private static byte[] row(Registration registration, byte[] record) {
    boolean registryKey = registration.publicKey().equals(registration.registryKey().hex());
    String publicKeyText = registryKey ? "" : registration.publicKey();
    byte[] publicKey = publicKeyText.getBytes(StandardCharsets.UTF_8);
    byte[] registeredBy = registration.registeredBy().getBytes(StandardCharsets.UTF_8);
    if (!isText(publicKey, publicKeyText) || !isText(registeredBy, registration.registeredBy())) {
      return ByteBuffer.allocate(1 + record.length).put(RECORD).put(record).array();
    }
    byte[] others = registration.hasProfile() ? record : NONE;
    return ByteBuffer.allocate(
            PUBLIC_KEY_AT + publicKey.length + registeredBy.length + others.length)
        .put(FIELDS)
        .putLong(registration.registeredAt().map(Instant::toEpochMilli).orElse(NO_TIME))
        .putInt(registryKey ? REGISTRY_KEY : publicKey.length)
        .putInt(registeredBy.length)
        .put(publicKey)
        .put(registeredBy)
        .put(others)
        .array();
  }

  /** Returns whether these bytes say all of {@code text}, which may have half a character. */
  private static boolean isText(byte[] utf8, String text) {
    return new String(utf8, StandardCharsets.UTF_8).equals(text);
  }

  Key registry() {
    return registration.registryKey();
  }

  /** Returns whether it says that its public key is the registry key by leaving it out. */
  boolean leavesOutPublicKey() {
    return row[0] == FIELDS && ByteBuffer.wrap(row).getInt(PUBLIC_KEY_LENGTH_AT) == REGISTRY_KEY;
  }

  byte[] ownerRowValue() {
    return ByteBuffer.allocate(Key.BYTES + row.length).put(registry().bytes()).put(row).array();
  }

  boolean sameAs(Claim other) {
    return registry().equals(other.registry()) && Arrays.equals(row, other.row);
  }
}
