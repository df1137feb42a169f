package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.SilentNetwork;
import dev.usernameregistry.testkit.Trampoline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker that cannot take a task now, because it is closing or has no thread, may later. */
class RefusedStepsTest {
  private final List<Throwable> refusals = new ArrayList<>();
  private final List<String> connected = new ArrayList<>();

  private final SilentNetwork writers = new SilentNetwork();
  private final ScriptedNetwork readers = new ScriptedNetwork();
  private final UsernameRegistry writer = UsernameRegistry.builder().network(writers).open();
  private final UsernameRegistry reader = openReader();

  private UsernameRegistry openReader() {
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void peerConnected(PeerState peer) {
            connected.add(peer.address());
          }
        };
    RegistryBuilder builder =
        UsernameRegistry.builder()
            .network(readers)
            .listener(listener)
            .listenerExecutor(Runnable::run);
    Trampoline worker = new Trampoline();
    builder.worker =
        task -> {
          if (!refusals.isEmpty()) {
            sneak(RuntimeException.class, refusals.remove(0));
          }
          worker.execute(task);
        };
    return builder.open();
  }

  @AfterEach
  void close() {
    writer.close();
    reader.close();
  }

  @ParameterizedTest
  @ValueSource(classes = {RejectedExecutionException.class, OutOfMemoryError.class})
  void aStepThatIsRefusedIsTakenWhenTheLogChangesNextAndTroubleUntilThen(
      Class<? extends Throwable> refusal) throws Exception {
    Log copy = follow();
    refusals.add(refusal.getConstructor().newInstance());
    writer.register("ada");
    copy.apply(writers.host().ownLog().proveNewest().orElseThrow());

    assertThat(refusals).isEmpty();
    assertThat(reader.lookup("ada")).isEmpty();
    assertThat(reader.registries().get(1).reason().orElseThrow()).startsWith("this machine failed");

    writer.register("eve");
    copy.apply(writers.host().ownLog().proveNewest().orElseThrow());

    assertThat(reader.listAll()).isEqualTo(writer.listAll()).hasSize(3);
    assertThat(reader.registries().get(1).reason().orElse("")).doesNotContain("failed");
  }

  @ParameterizedTest
  @ValueSource(classes = {RejectedExecutionException.class, OutOfMemoryError.class})
  void whatPeersToldIsLookedAtLaterIfItCannotBeNow(Class<? extends Throwable> refusal)
      throws Exception {
    refusals.add(refusal.getConstructor().newInstance());
    readers.connect(
        new PeerState(writer.key(), "h:1", true, Instant.EPOCH, Optional.empty(), true, Map.of()));
    assertThat(connected).isEmpty();

    readers.host().headsChanged(List.of());

    assertThat(connected).containsExactly("h:1");
  }

  /** Has the reader follow the writer, who has no names yet. */
  private Log follow() throws Exception {
    reader.follow(writer.key());
    Log copy = readers.replicated().get(0);
    writer.register("first");
    Copies.bring(writers.host().ownLog(), copy);
    assertThat(reader.lookup("first")).isPresent();
    return copy;
  }

  @SuppressWarnings({"unchecked", "UnusedVariable"})
  private static <E extends Throwable> void sneak(Class<E> as, Throwable thrown) throws E {
    throw (E) thrown; // only javac thinks that it is one
  }
}
