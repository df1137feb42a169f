package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.log.BlockNotStoredException;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogListener;
import dev.usernameregistry.log.LogMovedException;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.SimulatedNetwork;
import dev.usernameregistry.testkit.Trampoline;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A store that was restored from a backup: peers hold blocks of the own log that it lacks, and
 * bring them while it is written. Each test has both lives of it.
 */
class CopiedStoreTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_000);

  /** Is run when the restored one asks the time: in the middle of a decision. */
  private Runnable meanwhile = () -> {};

  private final SimulatedNetwork network = new SimulatedNetwork(1);
  private final SimulatedNetwork.Endpoint lifesEnd = network.endpoint();
  private final SimulatedNetwork.Endpoint restoredsEnd = network.endpoint();
  private final UsernameRegistry life = open(lifesEnd, () -> NOW);
  private final UsernameRegistry restored = open(restoredsEnd, this::time);

  private static UsernameRegistry open(SimulatedNetwork.Endpoint end, InstantSource clock) {
    RegistryBuilder builder =
        UsernameRegistry.builder()
            .network(end)
            .syncTimeout(Duration.ZERO)
            .random(new SeededRandom(5))
            .listenerExecutor(Runnable::run)
            .clock(clock);
    builder.worker = new Trampoline();
    return builder.open();
  }

  private Instant time() {
    meanwhile.run();
    return NOW.plusMillis(1);
  }

  @AfterEach
  void close() {
    life.close();
    restored.close();
  }

  /** Brings {@code to} the head of {@code from}, with the blocks or without them. */
  private static void copy(Log from, Log to, boolean blocks) {
    try {
      long start = to.length();
      if (start < from.length()) {
        ProofRequest.Upgrade upgrade = new ProofRequest.Upgrade(start, from.length() - start);
        apply(from, to, ProofRequest.of(1, 0, upgrade).withManifest());
      }
      for (long block = start; blocks && block < to.length(); block++) {
        apply(from, to, ProofRequest.of(1, 0, to.wanted(block)));
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void apply(Log from, Log to, ProofRequest request) throws IOException {
    to.apply(((Made.Ready) from.prove(request)).proof());
  }

  private void peersBring(boolean blocks) {
    copy(lifesEnd.ownLog(), restoredsEnd.ownLog(), blocks);
  }

  private void restore(String... names) {
    life.registerAll(List.of(names));
    peersBring(true);
  }

  @Test
  void aClaimIsDecidedAgainOnWhatPeersBroughtMeanwhile() {
    assertThat(restored.key()).isEqualTo(life.key());
    restore("ada", "bob");
    life.registerAll(List.of("cleo", "dora", "eve"));
    meanwhile =
        () -> {
          peersBring(true);
        };

    RenameResult dora = restored.rename("ada", "dora");
    assertThat(dora).isInstanceOf(RenameResult.AlreadyYours.class);
    assertThat(((RenameResult.AlreadyYours) dora).registration().registeredAt()).contains(NOW);
    life.register("gus");
    assertThat(restored.rename("ada", "fay")).isInstanceOf(RenameResult.Renamed.class);

    assertThat(restored.listAll())
        .extracting(found -> found.username())
        .containsExactly("bob", "cleo", "dora", "eve", "fay", "gus");
    for (String name : List.of("bob", "cleo", "dora", "eve", "fay", "gus")) {
      assertThat(restored.release(name)).as("in the tree: %s", name).isPresent();
    }
  }

  @Test
  void whoIsOvertakenEachTimeIsToldThatNothingWasChanged() {
    restore("ada");
    long[] names = {0};
    meanwhile =
        () -> {
          life.register("later" + names[0]++);
          peersBring(true);
        };

    assertThatThrownBy(() -> restored.rename("ada", "fay"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("nothing was changed")
        .hasRootCauseInstanceOf(LogMovedException.class);

    meanwhile = () -> {};
    assertThat(restored.lookup("fay")).isEmpty();
    assertThat(restored.rename("ada", "fay")).isInstanceOf(RenameResult.Renamed.class);
  }

  @Test
  void whileBlocksAreLackingNothingIsWritten() {
    restore("ada");
    life.register("bob");
    peersBring(false);

    assertThatThrownBy(() -> restored.register("fay"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("nothing was changed")
        .hasRootCauseInstanceOf(BlockNotStoredException.class);
    assertThat(restoredsEnd.ownLog().length()).isEqualTo(3);
  }

  /** What comes between the append and the index is not of the append. */
  @Test
  void blocksThatPeersBringRightAfterAnAppendAreRead() {
    restore("ada");
    Log log = restoredsEnd.ownLog();
    log.addListener(
        new LogListener() {
          private boolean first = true;

          @Override
          public void changed(Log own) {
            if (first) {
              first = false;
              copy(own, lifesEnd.ownLog(), true);
              life.register("bob");
              peersBring(true);
            }
          }
        });

    restored.register("fay");

    assertThat(log.length()).isEqualTo(4);
    assertThat(restored.lookup("bob")).isPresent();
    assertThat(restored.lookup("fay")).isPresent();
    assertThat(restored.registries().get(0).names()).isEqualTo(3);
  }
}
