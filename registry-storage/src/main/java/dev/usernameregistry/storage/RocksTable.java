package dev.usernameregistry.storage;

import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One table. Safe from any thread. */
final class RocksTable implements Table {
  private final Database database;
  private final byte[] prefix;
  private final byte[] end;

  RocksTable(Database database, byte[] prefix, byte[] end) {
    this.database = database;
    this.prefix = prefix;
    this.end = end;
  }

  @Override
  public byte @Nullable [] get(byte[] key) throws IOException {
    return database.get(recordKey(key));
  }

  @Override
  public void scan(byte[] from, byte @Nullable [] to, RowVisitor visitor) throws IOException {
    database.scan(
        recordKey(from),
        to == null ? end : recordKey(to),
        record -> visitor.visit(record.keyFrom(prefix.length), record.value()));
  }

  @Override
  public void write(List<Row> rows, boolean durable) throws IOException {
    database.write(
        durable,
        batch -> {
          for (Row row : rows) {
            byte[] value = row.value();
            if (value == null) {
              batch.remove(recordKey(row.key()));
            } else {
              batch.put(recordKey(row.key()), value);
            }
          }
        });
  }

  private byte[] recordKey(byte[] key) {
    byte[] recordKey = Arrays.copyOf(prefix, prefix.length + key.length);
    System.arraycopy(key, 0, recordKey, prefix.length, key.length);
    return recordKey;
  }
}
