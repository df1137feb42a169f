package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Registries that learn from each other, a step at a time. */
class PeersTest extends TwoUsersScene {
  @Test
  void namesOfAPeerAreFoundAndTaken() {
    alice.registry.register("alice_smith", OneUser.profile("Graz"));
    meet();

    Registration found = bob.registry.lookup("alice_smith").orElseThrow();
    assertThat(found).isEqualTo(alice.registry.lookup("alice_smith").orElseThrow());
    assertThat(found.registryKey()).isEqualTo(alice.registry.key());
    assertThat(bob.registry.register("alice_smith")).isEqualTo(new RegisterResult.Taken(found));
    assertThat(bob.registry.listAll()).containsExactly(found);
    assertThat(bob.registry.lookupByPublicKey(alice.registry.key().hex())).containsExactly(found);
  }

  @Test
  void ofManyNamesThoseOfAPeerAreTakenAndTheOthersRegistered() {
    alice.registry.register("ada");
    meet();

    List<RegisterResult> results = bob.registry.registerAll(List.of("bob", "ada", "bert"));

    users.network.settle();
    assertThat(results.get(1))
        .isEqualTo(new RegisterResult.Taken(alice.registry.lookup("ada").orElseThrow()));
    assertThat(alice.registry.lookup("bob")).contains(results.get(0).registration());
    assertThat(alice.registry.lookup("bert")).contains(results.get(2).registration());
    assertThat(((RegisterResult.Registered) results.get(0)).sync().peers()).isEqualTo(1);
  }

  @Test
  void whatChangesLaterIsFollowed() {
    meet();
    alice.registry.register("alice");
    alice.registry.register("temp");
    users.network.settle();
    alice.registry.update("alice", OneUser.profile("Linz"));
    alice.registry.release("temp");
    users.network.settle();

    assertThat(bob.registry.listAll()).isEqualTo(alice.registry.listAll()).hasSize(1);
    assertThat(bob.events)
        .containsSubsequence(
            "connected simulated:1",
            "found Alice",
            "registered alice by Alice",
            "updated alice to {\"city\":\"Linz\"}",
            "released temp by Alice");
  }

  @Test
  void aTakenNewNameKeepsTheOldOne() {
    alice.registry.register("alice");
    bob.registry.register("bob");
    meet();

    assertThat(bob.registry.rename("bob", "alice"))
        .isEqualTo(new RenameResult.Taken(alice.registry.lookup("alice").orElseThrow()));
    assertThat(bob.registry.lookup("bob")).isPresent();
  }

  @Test
  void peersAndTheirRegistriesAreRememberedAfterReopening() {
    alice.registry.register("alice");
    bob.nowMillis.set(5_000);
    meet();
    List<Registration> before = bob.registry.listAll();
    bob.storage.blockReads.set(0);

    bob.nowMillis.set(9_000);
    bob.reopen();

    assertThat(bob.registry.listAll()).isEqualTo(before).hasSize(1);
    assertThat(bob.storage.blockReads.get()).isZero();
    RegistryInfo info = bob.registry.registries().get(1);
    assertThat(info.key()).isEqualTo(alice.registry.key());
    assertThat(info.discoveredAt()).isEqualTo(Instant.ofEpochMilli(5_000));
    assertThat(info.lastSeenAt()).isEqualTo(Instant.ofEpochMilli(5_000));
    assertThat(info.names()).isEqualTo(1);
    assertThat(info.state()).isEqualTo(RegistryInfo.State.UNCONFIRMED);
    assertThat(bob.registry.registries().get(0).own()).isTrue();
  }

  @Test
  void afterReopeningOnlyWhatIsNewIsRead() {
    for (int n = 0; n < 50; n++) {
      alice.registry.register("name_" + n);
    }
    meet();
    bob.reopen();
    alice.registry.register("another");
    bob.storage.rowsWritten.set(0);
    bob.storage.blockReads.set(0);

    meet();

    assertThat(bob.registry.listAll()).hasSize(51);
    assertThat(bob.storage.rowsWritten.get()).isLessThan(10);
    assertThat(bob.storage.blockReads.get()).isLessThan(10);
  }

  @Test
  void aThirdLearnsFromACopyOnceItKnowsTheKey() {
    alice.registry.register("alice");
    meet();
    users.disconnect(alice, bob);
    Users.User carol = users.user("Carol");
    users.meet(bob, carol);
    assertThat(carol.registry.lookup("alice")).isEmpty();

    carol.registry.follow(alice.registry.key());
    users.network.settle();

    assertThat(carol.registry.lookup("alice")).isEqualTo(alice.registry.lookup("alice"));
  }

  @Test
  void registriesNotSeenForLongAreForgotten() {
    alice.registry.register("alice");
    alice.nowMillis.set(2_000);
    alice.registry.register("ada");
    bob.nowMillis.set(3_000);
    bob.registry.register("ada");
    meet();
    assertThat(bob.registry.forgetStale(Duration.ZERO)).isEmpty();
    users.disconnect(alice, bob);
    bob.nowMillis.set(3_000 + 60_000);

    assertThat(bob.registry.forgetStale(Duration.ofMinutes(2))).isEmpty();
    assertThat(bob.registry.forgetStale(Duration.ofSeconds(59)))
        .extracting(RegistryInfo::key)
        .containsExactly(alice.registry.key());

    assertThat(bob.registry.lookup("alice")).isEmpty();
    assertThat(bob.registry.lookup("ada").orElseThrow().registeredBy()).isEqualTo("Bob");
    assertThat(bob.registry.registries()).hasSize(1);
    bob.reopen();
    assertThat(bob.registry.registries()).hasSize(1);
    meet();
    assertThat(bob.registry.listAll()).isEqualTo(alice.registry.listAll()).hasSize(2);
  }

  @Test
  void aRegistryThatTheDiskCannotForgetStaysIsFollowedAndForgottenLater() {
    alice.registry.register("alice");
    meet();
    users.disconnect(alice, bob);
    bob.nowMillis.addAndGet(60_000);
    bob.events.clear();
    bob.storage.tablesFailing = true; // before anything of it is gone
    forgettingFails();
    bob.storage.tablesFailing = false;

    assertThat(bob.registry.lookup("alice")).isPresent();
    bob.storage.deletesFailing = true; // when its names are gone
    forgettingFails();
    bob.storage.deletesFailing = false;

    assertThat(bob.events)
        .as("whoever listens is told at once")
        .containsExactly("released alice by Alice", "registered alice by Alice");
    assertThat(bob.registry.lookup("alice")).isPresent();
    alice.registry.register("ada");
    meet();
    assertThat(bob.registry.listAll()).isEqualTo(alice.registry.listAll()).hasSize(2);
    users.disconnect(alice, bob);
    bob.nowMillis.addAndGet(60_000);
    assertThat(bob.registry.forgetStale(Duration.ofSeconds(59))).hasSize(1);
    assertThat(bob.registry.listAll()).isEmpty();
    bob.reopen();
    assertThat(bob.registry.registries()).hasSize(1);
  }

  private void forgettingFails() {
    assertThatThrownBy(() -> bob.registry.forgetStale(Duration.ofSeconds(59)))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("no space left on device");
    assertThat(bob.registry.registries())
        .extracting(RegistryInfo::key)
        .contains(alice.registry.key());
  }

  @Test
  void aRegistryIsBehindUntilAllThatWasAnnouncedIsHere() {
    alice.registry.register("alice");
    Key key = alice.registry.key();
    users.network.withhold(key);
    meet();

    RegistryInfo info = bob.registry.registries().get(1);
    assertThat(info.state()).isEqualTo(RegistryInfo.State.BEHIND);
    assertThat(info.reason()).contains("2 blocks have not been fetched yet");
    SyncReport report = bob.registry.awaitSynced(Duration.ZERO);
    assertThat(report.complete()).isFalse();
    assertThat(report.behind())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.registryKey()).contains(key);
              assertThat(entry.announcedLength()).isEqualTo(2);
              assertThat(entry.length()).isZero();
            });

    users.network.serve(key);
    users.network.settle();
    assertThat(bob.registry.awaitSynced(Duration.ZERO).complete()).isTrue();
    assertThat(bob.registry.registries().get(1).state()).isEqualTo(RegistryInfo.State.SYNCED);
  }

  @Test
  void whenItsPeersAreGoneARegistryIsNotSaidToBeInSync() {
    alice.registry.register("alice");
    meet();
    Users.User carol = users.user("Carol");
    users.meet(bob, carol);
    assertThat(bob.registry.registries())
        .allSatisfy(
            info -> {
              assertThat(info.state()).isEqualTo(RegistryInfo.State.SYNCED);
              assertThat(info.reason()).isEmpty();
            });

    users.disconnect(alice, bob);

    RegistryInfo info = infoOf(alice);
    assertThat(info.state()).isEqualTo(RegistryInfo.State.UNCONFIRMED);
    assertThat(info.reason().orElseThrow()).startsWith("no connected peer has announced it");
    assertThat(infoOf(carol).state()).isEqualTo(RegistryInfo.State.SYNCED);
    users.disconnect(bob, carol);
    assertThat(infoOf(bob).state()).isEqualTo(RegistryInfo.State.SYNCED);
    meet();
    assertThat(infoOf(alice).state()).isEqualTo(RegistryInfo.State.SYNCED);
  }

  @Test
  void whoIsInSyncWithNobodySeesIt() {
    assertThat(bob.registry.awaitSynced(Duration.ZERO))
        .satisfies(
            alone -> {
              assertThat(alone.peers()).isZero();
              assertThat(alone.complete()).isTrue();
            });
    alice.registry.register("alice");
    meet();
    bob.registry.follow(Key.fromHex("ab".repeat(Key.BYTES)));
    Users.User carol = users.user("Carol");
    users.meet(bob, carol);

    SyncReport report = bob.registry.awaitSynced(Duration.ZERO);

    assertThat(report.entries()).hasSizeGreaterThan(2);
    assertThat(report.peers()).isEqualTo(2);
  }

  private RegistryInfo infoOf(Users.User user) {
    return bob.registry.registries().stream()
        .filter(info -> info.key().equals(user.registry.key()))
        .findAny()
        .orElseThrow();
  }

  @Test
  void comingAndGoingOfPeersIsTold() {
    meet();
    assertThat(bob.registry.peers()).extracting(PeerState::address).containsExactly("simulated:1");
    assertThat(bob.registry.peers().get(0).registryKey()).contains(alice.registry.key());

    users.disconnect(alice, bob);

    assertThat(bob.registry.peers()).isEmpty();
    assertThat(bob.events).endsWith("disconnected simulated:1");
    assertThat(bob.registry.listening()).containsExactly("simulated:2");
  }

  @Test
  void theIdentityStaysTheSameAfterReopening() {
    meet();
    Key before = alice.registry.peers().get(0).publicKey();
    bob.reopen();
    meet();

    assertThat(alice.registry.peers().get(0).publicKey()).isEqualTo(before);
    assertThat(before).isNotEqualTo(bob.registry.key());
  }

  @Test
  void aListenerThatThrowsHarmsNobody() {
    bob.registry.subscribe(
        new RegistryListener() {
          @Override
          public void nameRegistered(Registration registration) {
            throw new IllegalStateException("a listener's own bug");
          }
        });
    Subscription ended = bob.registry.subscribe(alice);
    ended.close();
    meet();
    alice.registry.register("alice");
    users.network.settle();

    assertThat(bob.events).contains("registered alice by Alice");
    assertThat(alice.events).containsOnlyOnce("registered alice by Alice");
  }

  @Test
  void aRegistryThatIsNoBeeIsUnreadableAndHarmsNobody() throws Exception {
    alice.registry.register("alice");
    Users.User mallory = users.user("Mallory");
    mallory.endpoint.ownLog().append(List.of(new byte[] {1, 2, 3}));
    meet();
    users.meet(mallory, bob);

    assertThat(bob.registry.registries())
        .filteredOn(info -> info.key().equals(mallory.registry.key()))
        .singleElement()
        .satisfies(
            info -> {
              assertThat(info.state()).isEqualTo(RegistryInfo.State.UNREADABLE);
              assertThat(info.reason()).isNotEmpty();
            });
    assertThat(bob.registry.listAll()).isEqualTo(alice.registry.listAll()).hasSize(1);
    assertThat(bob.registry.awaitSynced(Duration.ofMinutes(1)).behind())
        .singleElement()
        .satisfies(entry -> assertThat(entry.reason().orElseThrow()).startsWith("unreadable"));
  }

  @Test
  void aWriterWhoSignsTwoHistoriesIsFrozenAndWhatCameBeforeStays() {
    alice.registry.register("alice");
    meet();
    users.disconnect(alice, bob);
    Users.User twin = users.twinOf(alice);
    alice.registry.register("ada");
    users.meet(alice, bob);
    users.disconnect(alice, bob);
    twin.registry.register("alice");
    twin.registry.register("eve");
    assertThat(twin.registry.key()).isEqualTo(alice.registry.key());
    users.connect(twin, bob);
    users.network.compare(twin.endpoint, bob.endpoint, twin.registry.key());

    assertThat(bob.events).anyMatch(event -> event.startsWith("conflict "));
    RegistryInfo info = bob.registry.registries().get(1);
    assertThat(info.state()).isEqualTo(RegistryInfo.State.FROZEN);
    assertThat(bob.registry.lookup("alice")).isPresent();
    assertThat(bob.registry.lookup("eve")).isEmpty();
    Optional<Evidence> evidence = bob.registry.evidence(alice.registry.key());
    assertThat(evidence).isPresent();
    bob.reopen();
    assertThat(bob.registry.evidence(alice.registry.key())).as("reopened").isEqualTo(evidence);
    assertThat(bob.registry.evidence(bob.registry.key())).isEmpty();
    assertThat(bob.registry.registries().get(1).state()).isEqualTo(RegistryInfo.State.FROZEN);
    assertThat(bob.registry.lookup("alice")).isPresent();
  }
}
