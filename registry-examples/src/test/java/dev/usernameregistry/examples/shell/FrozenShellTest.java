package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.RegistryListener;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.net.TcpNetwork;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the user of a registry is told of which two copies were written to. */
@Timeout(180)
final class FrozenShellTest {
  private static final String FROZEN =
      "your registry is frozen: two copies of it were written to, and nothing can be registered in"
          + " it any more; another --store begins a new one";

  /** Returns one that listens, alone, with one name. */
  private static UsernameRegistry copy(String name) {
    UsernameRegistry copy =
        UsernameRegistry.builder()
            .random(new SeededRandom(5))
            .network(TcpNetwork.builder().listen("127.0.0.1", 0).build())
            .syncTimeout(Duration.ZERO)
            .open();
    copy.register(name);
    return copy;
  }

  private static int port(UsernameRegistry registry) {
    String address = registry.listening().get(0);
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  private static RegistryListener conflictIn(CompletableFuture<Key> told) {
    return new RegistryListener() {
      @Override
      public void registryConflict(RegistryInfo registry, Evidence evidence) {
        told.complete(registry.key());
      }
    };
  }

  @Test
  void itIsSaidAtTheStartAndByStatus() throws Exception {
    CompletableFuture<Key> own = new CompletableFuture<>();
    CompletableFuture<Key> others = new CompletableFuture<>();
    try (UsernameRegistry one = copy("ada_l");
        UsernameRegistry two = copy("bob_r")) {
      two.subscribe(conflictIn(own));
      TcpNetwork both =
          TcpNetwork.builder()
              .connect("127.0.0.1", port(one))
              .connect("127.0.0.1", port(two))
              .build();
      try (UsernameRegistry other =
          UsernameRegistry.builder().network(both).listener(conflictIn(others)).open()) {
        assertThat(own.get(60, TimeUnit.SECONDS)).isEqualTo(two.key());
        assertThat(others.get(60, TimeUnit.SECONDS)).isEqualTo(two.key());
        List<String> told = new CopyOnWriteArrayList<>();
        Answers answers = new TextAnswers(told::add, Ink.plain(StandardCharsets.UTF_8));
        answers.ready(two.key(), List.of(), List.of(), Optional.empty());

        News.tell(two, answers);
        assertThat(told).filteredOn(line -> line.contains(FROZEN)).as("%s", told).hasSize(1);
        told.clear();
        answers.status(Standing.of(two, List.of(), Optional.empty()));
        assertThat(told).filteredOn(line -> line.contains(FROZEN)).as("%s", told).hasSize(1);
        assertThat(other.evidence(two.key())).isPresent();
      }
    }
  }
}
