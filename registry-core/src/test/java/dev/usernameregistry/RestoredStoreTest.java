package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.testkit.KeptStorage;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.SilentNetwork;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store from a backup, to which peers bring back blocks of the own log, opened once more. */
class RestoredStoreTest {
  private final KeptStorage storage = new KeptStorage();
  private final SilentNetwork network = new SilentNetwork();
  private final List<String> told = new ArrayList<>();

  /** Opens the store; no thread follows anything. */
  private UsernameRegistry open() {
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void nameRegistered(Registration registration) {
            told.add(registration.username());
          }
        };
    RegistryBuilder options =
        UsernameRegistry.builder()
            .storage(storage)
            .network(network)
            .random(new SeededRandom(5))
            .listener(listener)
            .listenerExecutor(Runnable::run);
    options.worker = step -> {};
    return options.open();
  }

  @Test
  void namesThatPeersBroughtBackAndNobodyFollowedAreOnesOwnFromTheStartAndNoNews()
      throws Exception {
    SilentNetwork lifes = new SilentNetwork();
    try (UsernameRegistry life =
        UsernameRegistry.builder().network(lifes).random(new SeededRandom(5)).open()) {
      life.register("ada");
      try (UsernameRegistry restored = open()) {
        assertThat(restored.key()).isEqualTo(life.key());
        Copies.bring(lifes.host().ownLog(), network.host().ownLog());
        assertThat(restored.lookup("ada")).isEmpty();
      }
    }

    try (UsernameRegistry again = open()) {
      assertThat(again.lookup("ada")).isPresent();
      assertThat(again.registries().get(0).names()).isEqualTo(1);
      assertThat(again.register("ada")).isInstanceOf(RegisterResult.AlreadyYours.class);
    }
    assertThat(told).isEmpty();
  }
}
