package dev.usernameregistry.bee;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A key, its value, and the block that put it there. Immutable; safe from any thread. */
public final class Entry {
  private final long seq;
  private final byte[] key;
  private final byte @Nullable [] source;
  private final int valueFrom;
  private final int valueTo;

  /** Takes the value from a part of {@code source}, or none if that is null; copies nothing. */
  Entry(long seq, byte[] key, byte @Nullable [] source, int valueFrom, int valueTo) {
    this.seq = seq;
    this.key = key;
    this.source = source;
    this.valueFrom = valueFrom;
    this.valueTo = valueTo;
  }

  /** Returns the number of the block that put this entry; at least 1. */
  public long seq() {
    return seq;
  }

  /** Returns a copy of the key. */
  public byte[] key() {
    return key.clone();
  }

  /** Returns a copy of the value, made at each call; empty if the key was put without a value. */
  public Optional<byte[]> value() {
    return source == null
        ? Optional.empty()
        : Optional.of(Arrays.copyOfRange(source, valueFrom, valueTo));
  }

  boolean hasValue(byte @Nullable [] other) {
    if (source == null || other == null) {
      return source == null && other == null;
    }
    return Arrays.equals(source, valueFrom, valueTo, other, 0, other.length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Entry entry
        && seq == entry.seq
        && Arrays.equals(key, entry.key)
        && hasValue(entry.value().orElse(null));
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(seq) + Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    String value = source == null ? "no value" : (valueTo - valueFrom) + " bytes";
    return "Entry[seq=" + seq + ", key of " + key.length + " bytes, " + value + "]";
  }
}
