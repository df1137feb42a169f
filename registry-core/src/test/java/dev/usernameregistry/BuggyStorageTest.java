package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.SilentNetwork;
import dev.usernameregistry.testkit.Trampoline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A storage that fails in a way that no storage may. */
class BuggyStorageTest {
  private final AtomicLong nowMillis = new AtomicLong(1_000);
  private final List<Log> replicated = new ArrayList<>();
  private final SilentNetwork network =
      new SilentNetwork() {
        @Override
        public void replicate(Log log) {
          replicated.add(log);
        }
      };

  /** Cannot delete a log. */
  private static final class Buggy implements Storage {
    private final MemoryStorage kept = new MemoryStorage();

    @Override
    public LogStorage openLog(Key key) {
      return kept.openLog(key);
    }

    @Override
    public List<Key> logKeys() {
      return kept.logKeys();
    }

    @Override
    public void deleteLog(Key key) {
      throw new IllegalStateException("a storage's own bug");
    }

    @Override
    public Table openTable(String name) {
      return kept.openTable(name);
    }

    @Override
    public void close() {}
  }

  @Test
  void aRegistryThatItFailsToForgetIsFetchedAndFollowedAgain() throws Exception {
    SilentNetwork adas = new SilentNetwork();
    RegistryBuilder options =
        UsernameRegistry.builder()
            .storage(Buggy::new)
            .network(network)
            .clock(() -> Instant.ofEpochMilli(nowMillis.get()));
    options.worker = new Trampoline();
    try (UsernameRegistry ada = UsernameRegistry.builder().network(adas).open();
        UsernameRegistry bob = options.open()) {
      bob.follow(ada.key());
      ada.register("ada");
      Copies.bring(adas.host().ownLog(), replicated.get(0));
      assertThat(bob.lookup("ada")).isPresent();
      nowMillis.addAndGet(1_000);

      assertThatThrownBy(() -> bob.forgetStale(Duration.ofMillis(1)))
          .hasMessageContaining("a storage's own bug");

      assertThat(replicated).hasSize(2);
      assertThat(bob.registries()).hasSize(2);
      assertThat(bob.lookup("ada")).as("followed anew").isPresent();
    }
  }
}
