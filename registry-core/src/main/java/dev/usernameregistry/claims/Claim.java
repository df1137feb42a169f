package dev.usernameregistry.claims;

import dev.usernameregistry.crypto.Key;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A registration together with the bytes it was read from.
 *
 * @param record not copied, so nobody may change it
 */
record Claim(Registration registration, byte[] record) {

  static Optional<Claim> of(Key registry, String name, byte[] record) {
    return RegistrationRecord.decode(registry, name, record)
        .map(registration -> new Claim(registration, record));
  }

  /** Reads the value of an owner's row. */
  static Claim ofOwnerRow(byte[] name, byte[] value) {
    Key registry = Key.of(Arrays.copyOf(value, Key.BYTES));
    return stored(registry, name, Arrays.copyOfRange(value, Key.BYTES, value.length));
  }

  /** Reads a record that was readable when it was stored. */
  static Claim stored(Key registry, byte[] name, byte[] record) {
    return of(registry, new String(name, StandardCharsets.UTF_8), record)
        .orElseThrow(() -> new AssertionError("a record in the index cannot be read"));
  }

  Key registry() {
    return registration.registryKey();
  }

  byte[] ownerRowValue() {
    return ByteBuffer.allocate(Key.BYTES + record.length)
        .put(registry().bytes())
        .put(record)
        .array();
  }

  boolean sameAs(Claim other) {
    return registry().equals(other.registry()) && Arrays.equals(record, other.record);
  }
}
