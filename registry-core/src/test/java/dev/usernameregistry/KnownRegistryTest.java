package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.claims.ClaimIndex;
import dev.usernameregistry.claims.ClaimOrder;
import dev.usernameregistry.claims.NamePolicy;
import dev.usernameregistry.claims.RegistryReader;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.ForwardingTable;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownRegistryTest {
  private final MemoryStorage storage = new MemoryStorage();

  /** A disk that fails in writing, and from then on in reading too. */
  private final class FailingTable extends ForwardingTable {
    private boolean failing;
    private boolean failed;

    FailingTable() {
      super(storage.openTable("claims"));
    }

    @Override
    public byte @Nullable [] get(byte[] key) throws IOException {
      if (failed) {
        throw new IOException("cannot be read");
      }
      return super.get(key);
    }

    @Override
    public void write(List<Row> rows, boolean durable) throws IOException {
      if (failing) {
        failed = true;
        throw new IOException("no space left on device");
      }
      super.write(rows, durable);
    }
  }

  @Test
  void theFirstErrorOfADiskIsTheOneThatIsTold() throws Exception {
    Log log = WritableLog.open(storage, 0);
    new Bee(log).put(new byte[] {'a'}, new byte[0]);
    FailingTable table = new FailingTable();
    ClaimIndex index =
        ClaimIndex.open(table, NamePolicy.standard(), ClaimOrder.earliest(), change -> {});
    KnownRegistry registry =
        new KnownRegistry(
            log,
            false,
            new RegistryReader(log, index),
            index.progress(log.key()),
            Instant.EPOCH,
            Instant.EPOCH);
    table.failing = true;

    assertThatThrownBy(registry::advance).hasMessage("no space left on device");
    assertThat(registry.progress.length()).isZero();

    table.failing = false;
    table.failed = false;
    while (registry.advance()) {}
    assertThat(registry.progress.length()).isEqualTo(2);
  }
}
