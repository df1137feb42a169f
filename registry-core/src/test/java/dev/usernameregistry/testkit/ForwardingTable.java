package dev.usernameregistry.testkit;

import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks another table; a test overrides what is to go wrong. */
public abstract class ForwardingTable implements Table {
  private final Table table;

  /** Makes one that asks {@code table}. */
  protected ForwardingTable(Table table) {
    this.table = table;
  }

  @Override
  public byte @Nullable [] get(byte[] key) throws IOException {
    return table.get(key);
  }

  @Override
  public void scan(byte[] from, byte @Nullable [] to, RowVisitor visitor) throws IOException {
    table.scan(from, to, visitor);
  }

  @Override
  public void write(List<Row> rows, boolean durable) throws IOException {
    table.write(rows, durable);
  }
}
