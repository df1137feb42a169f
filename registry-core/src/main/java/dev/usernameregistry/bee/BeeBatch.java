package dev.usernameregistry.bee;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts and deletes to be appended together, under one signature, by {@link Bee#append}. Collects
 * only; a condition is asked when the batch is appended and sees what the batch's earlier
 * operations did. Not thread-safe.
 */
public final class BeeBatch {
  private final List<Operation> operations = new ArrayList<>();

  /** Makes an empty batch. */
  public BeeBatch() {}

  /** Adds a put; {@code value} null stores the key without a value. Copies neither. */
  public BeeBatch put(byte[] key, byte @Nullable [] value) {
    return put(key, value, previous -> true);
  }

  /**
   * Adds a put that is left out if the key exists and {@code replaces} rejects its entry.
   *
   * @param replaces asked while the bee's writer lock is held, so it must be quick
   */
  public BeeBatch put(byte[] key, byte @Nullable [] value, Predicate<Entry> replaces) {
    operations.add(new Operation(false, key, value, replaces));
    return this;
  }

  /** Adds a delete; it does nothing if the key is not there then. */
  public BeeBatch delete(byte[] key) {
    return delete(key, previous -> true);
  }

  /** Adds a delete that is left out if {@code deletes} rejects the key's entry. */
  public BeeBatch delete(byte[] key, Predicate<Entry> deletes) {
    operations.add(new Operation(true, key, null, deletes));
    return this;
  }

  /** Returns how many operations were added. */
  public int operationCount() {
    return operations.size();
  }

  List<Operation> operations() {
    return operations;
  }

  /** One put or delete, and what its key's entry must be like if there is one. */
  record Operation(
      boolean delete, byte[] key, byte @Nullable [] value, Predicate<Entry> condition) {}
}
