package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Applied;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills a process that registers names, at random moments, again and again over one folder. */
final class RegistryCrashTest {
  private static final int KILLS = 26;
  private static final int NAMES_MAX = 15;
  private static final int KILL_AFTER_NANOS_MAX = 8_000_000;

  @TempDir private Path temp;

  @ParameterizedTest
  @EnumSource
  void everyAcknowledgedRegistrationIsThereAndTheLogVerifies(Durability durability)
      throws Exception {
    Path folder = temp.resolve("alice");
    Random random = new Random(durability.name().hashCode());
    int names = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      // one in six dies while it opens
      int lines = kill % 6 == 0 ? 1 : 2 + random.nextInt(NAMES_MAX);
      long afterNanos = random.nextInt(lines == 1 ? 400_000_000 : KILL_AFTER_NANOS_MAX);
      List<String> arguments = List.of(folder.toString(), durability.name());
      List<String> printed =
          ChildProcess.kill(RegisteringChild.class, arguments, temp, lines, afterNanos);

      String last = printed.get(printed.size() - 1);
      int acknowledged = printed.size() == 1 ? names : Integer.parseInt(last) + 1;
      verifyLogs(RocksStorage.at(folder).durability(durability));
      names = verifyNames(RocksStorage.at(folder).durability(durability));
      assertThat(names).as("names after kill %d", kill).isBetween(acknowledged, acknowledged + 1);
    }
    assertThat(names).isGreaterThan(KILLS);
  }

  /** Checks that the names are all up to some number, each with its profile; returns how many. */
  private static int verifyNames(RocksStorage alice) {
    try (UsernameRegistry registry = UsernameRegistry.builder().storage(alice).open()) {
      List<Registration> all = registry.listAll();
      assertThat(all)
          .extracting(Registration::username)
          .isEqualTo(IntStream.range(0, all.size()).mapToObj(RegisteringChild::name).toList());
      for (int number = 0; number < all.size(); number++) {
        Registration registration = registry.lookup(RegisteringChild.name(number)).orElseThrow();
        assertThat(registration.profile()).isEqualTo(RegisteringChild.profile(number));
      }
      return all.size();
    }
  }

  /** Gives all blocks of each log, with proofs, to a peer that believes nothing. */
  private static void verifyLogs(RocksStorage alice) throws IOException {
    try (Storage storage = alice.open()) {
      for (Key key : storage.logKeys()) {
        Log log = Log.open(storage.openLog(key), key);
        Log peer = Log.open(new MemoryStorage().openLog(key), key);
        assertThat(log.contiguousLength()).isEqualTo(log.length());
        ask(log, peer, null, new ProofRequest.Upgrade(0, log.length()));
        assertThat(peer.head()).isEqualTo(log.head());
        for (long block = 0; block < log.length(); block++) {
          ask(log, peer, peer.wanted(block), null);
          assertThat(peer.get(block)).isEqualTo(log.get(block));
        }
      }
    }
  }

  private static void ask(
      Log log, Log peer, ProofRequest.@Nullable Block block, ProofRequest.@Nullable Upgrade upgrade)
      throws IOException {
    ProofRequest request =
        new ProofRequest(1, log.fork(), block, null, null, upgrade, upgrade != null, 0);
    Made made = log.prove(request);
    assertThat(made).isInstanceOf(Made.Ready.class);
    assertThat(peer.apply(((Made.Ready) made).proof())).isInstanceOf(Applied.Stored.class);
  }
}
