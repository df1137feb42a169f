package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.testkit.SimulatedNetwork;
import dev.usernameregistry.testkit.Trampoline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
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
    assertThat(found.reason()).contains("it was just found, and nothing of it is here yet");
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

  @Test
  void itIsLastSeenWhenItsPeerGoesAlsoAfterReopening() {
    users.meet(alice, bob);
    bob.nowMillis.set(6_000);
    users.disconnect(alice, bob);
    users.network.settle();
    bob.nowMillis.set(9_000);
    Instant gone = Instant.ofEpochMilli(6_000);
    assertThat(bob.registry.registries().get(1).lastSeenAt()).isEqualTo(gone);

    bob.reopen();

    assertThat(bob.registry.registries().get(1).lastSeenAt()).isEqualTo(gone);
  }

  @Test
  void itIsNotForgottenAsLongAsItsPeerIsConnected() {
    alice.registry.register("ada");
    users.meet(alice, bob);
    bob.nowMillis.set(Duration.ofDays(100).toMillis());

    assertThat(bob.registry.forgetStale(Duration.ofDays(30))).isEmpty();

    assertThat(bob.registry.lookup("ada")).isPresent();
  }

  @Test
  void itIsNotForgottenEvenIfTheClockGoesOnMeanwhileAndNoTimeIsAllowed() {
    alice.registry.register("ada");
    AtomicLong ticks = new AtomicLong();
    SimulatedNetwork.Endpoint carolsEnd = users.network.endpoint();
    RegistryBuilder options =
        UsernameRegistry.builder()
            .network(carolsEnd)
            .clock(() -> Instant.ofEpochMilli(ticks.incrementAndGet()));
    options.worker = new Trampoline();
    try (UsernameRegistry carol = options.open()) {
      users.network.connect(carolsEnd, alice.endpoint);
      users.network.settle();

      assertThat(carol.forgetStale(Duration.ZERO)).isEmpty();

      assertThat(carol.lookup("ada")).isPresent();
    }
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
