package dev.usernameregistry.log;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A small sorted table of byte strings: facts that belong beside the logs, and indexes over them.
 * Keys are ordered as unsigned bytes, shorter prefix first. Safe from any thread.
 */
public interface Table {

  /** Returns the value of {@code key}, or null. */
  byte @Nullable [] get(byte[] key) throws IOException;

  /**
   * Shows the rows with {@code from <= key < to} in order to {@code visitor}, as they were when the
   * scan began, until it returns false. The visitor may read and write the storage.
   *
   * @param to null for no upper end
   */
  void scan(byte[] from, byte @Nullable [] to, RowVisitor visitor) throws IOException;

  /**
   * Writes all of {@code rows} or none, in order, so that a later row of the same key wins.
   *
   * @param durable whether these rows must not be lost once this has returned
   */
  void write(List<Row> rows, boolean durable) throws IOException;

  /**
   * One row to write.
   *
   * @param value null removes the row
   */
  record Row(byte[] key, byte @Nullable [] value) {}

  /** Takes in the rows of a scan. */
  interface RowVisitor {
    /** Takes in one row; returns whether the scan shall go on. */
    boolean visit(byte[] key, byte[] value) throws IOException;
  }
}
