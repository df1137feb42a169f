package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said of a registry that was just found. */
class FoundRegistryTest {
  private final Users users = new Users(11);
  private final Users.User alice = users.user("Alice");
  private final Users.User bob = users.user("Bob");
  private final List<RegistryInfo> told = new ArrayList<>();

  @AfterEach
  void close() {
    users.close();
  }

  @Test
  void itIsNotSaidToBeInSyncBeforeItsPeerHasAnnouncedIt() {
    alice.registry.register("ada");
    listenToBob();

    users.connect(alice, bob);
    users.network.settle();

    RegistryInfo found = told.get(0);
    assertThat(found.state()).isEqualTo(RegistryInfo.State.UNCONFIRMED);
    assertThat(found.reason()).isEqualTo("it was just found, and nothing of it is here yet");
    assertThat(found.length()).isZero();
    RegistryInfo last = told.get(told.size() - 1);
    assertThat(last.state()).isEqualTo(RegistryInfo.State.SYNCED);
    assertThat(last.names()).isEqualTo(1);
    assertThat(stateAtBob()).isEqualTo(RegistryInfo.State.SYNCED);
  }

  @Test
  void oneThatNobodySpeaksOfIsUnconfirmed() {
    bob.registry.follow(alice.registry.key());

    assertThat(stateAtBob()).isEqualTo(RegistryInfo.State.UNCONFIRMED);
  }

  @Test
  void anEmptyOneIsInSyncOnceItsPeerSaysSo() {
    users.connect(alice, bob);
    users.network.settle();

    assertThat(stateAtBob()).isEqualTo(RegistryInfo.State.SYNCED);
  }

  private RegistryInfo.State stateAtBob() {
    return bob.registry.registries().get(1).state();
  }

  private void listenToBob() {
    bob.registry.subscribe(
        new RegistryListener() {
          @Override
          public void registryFound(RegistryInfo registry) {
            told.add(registry);
          }

          @Override
          public void registryAdvanced(RegistryInfo registry) {
            told.add(registry);
          }
        });
  }
}
