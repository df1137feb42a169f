package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.log.Applied;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.SilentNetwork;
import dev.usernameregistry.testkit.Trampoline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A conflict takes back what was here of a registry. */
class CutLogTest {
  private static final String TWO = "its writer signed two histories; ";

  private final ScriptedNetwork network = new ScriptedNetwork();

  private static UsernameRegistry writer(SilentNetwork network, String name) {
    UsernameRegistry registry =
        UsernameRegistry.builder()
            .network(network)
            .random(new SeededRandom(5))
            .clock(() -> Instant.EPOCH) // so that both write the same
            .open();
    registry.register(name);
    return registry;
  }

  @Test
  void whatAConflictTookBackIsMissingAlthoughNoPeerToldMore() throws Exception {
    SilentNetwork adas = new SilentNetwork();
    SilentNetwork eves = new SilentNetwork();
    RegistryBuilder options = UsernameRegistry.builder().network(network);
    options.worker = new Trampoline();
    try (UsernameRegistry ada = writer(adas, "ada");
        UsernameRegistry eve = writer(eves, "eve");
        UsernameRegistry bob = options.open()) {
      assertThat(eve.key()).isEqualTo(ada.key());
      bob.follow(ada.key());
      Log copy = network.replicated().get(0);
      Copies.bring(adas.host().ownLog(), copy);
      network.connect(Announced.peer(ada.key(), Map.of(ada.key(), Announced.head(2))));
      assertThat(registered(bob, "bob").sync()).isEqualTo(new SyncReport(1, List.of()));

      Copies.settle(eves.host().ownLog(), copy);

      assertThat(registered(bob, "bert").sync().behind())
          .extracting(entry -> entry.reason().orElseThrow())
          .containsExactly("frozen: its writer signed two histories");
    }
  }

  /**
   * As when whoever has the other history left, or is a JavaScript peer, which tells nothing more.
   */
  @Test
  void namesStayUntilItIsKnownWhetherTheyAreInDispute() throws Exception {
    SilentNetwork adas = new SilentNetwork();
    SilentNetwork eves = new SilentNetwork();
    List<RegistryInfo> advanced = new ArrayList<>();
    RegistryBuilder options =
        UsernameRegistry.builder()
            .network(network)
            .listenerExecutor(Runnable::run)
            .listener(
                new RegistryListener() {
                  @Override
                  public void registryAdvanced(RegistryInfo registry) {
                    advanced.add(registry);
                  }
                });
    options.worker = new Trampoline();
    try (UsernameRegistry ada = writer(adas, "both");
        UsernameRegistry eve = writer(eves, "both");
        UsernameRegistry bob = options.open()) {
      ada.registerAll(List.of("ada", "alan"));
      eve.registerAll(List.of("eve", "eva"));
      bob.follow(ada.key());
      Log copy = network.replicated().get(0);
      Copies.bring(adas.host().ownLog(), copy);

      assertThat(Copies.compare(eves.host().ownLog(), copy)).isInstanceOf(Applied.Conflict.class);

      assertThat(bob.evidence(ada.key())).isPresent();
      assertThat(reasons(bob)).containsExactly(TWO + "nobody has told where they part");
      assertThat(bob.listAll())
          .extracting(Registration::username)
          .containsExactly("ada", "alan", "both");
      assertThat(bob.register("both")).isInstanceOf(RegisterResult.Taken.class);

      Copies.settle(eves.host().ownLog(), copy);

      assertThat(reasons(bob)).containsExactly(TWO + "what is beyond dispute stays");
      assertThat(bob.listAll()).extracting(Registration::username).containsExactly("both");
      assertThat(advanced)
          .as("told of no state between the two histories")
          .extracting(RegistryInfo::length, RegistryInfo::names)
          .containsExactly(
              tuple(4L, 0L), tuple(4L, 1L), tuple(4L, 2L), tuple(4L, 3L), tuple(2L, 1L));
    }
  }

  private static List<String> reasons(UsernameRegistry registry) {
    return registry.registries().stream().flatMap(info -> info.reason().stream()).toList();
  }

  private static RegisterResult.Registered registered(UsernameRegistry registry, String name) {
    return (RegisterResult.Registered) registry.register(name);
  }
}
