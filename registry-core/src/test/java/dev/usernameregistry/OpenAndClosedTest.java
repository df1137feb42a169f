package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.testkit.KeptStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a registry opens, reads and closes, and what it says when it cannot. */
class OpenAndClosedTest extends OneUser {

  @Test
  void listenersAreToldInOrderOnOneNamedThread() {
    List<String> told = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch all = new CountDownLatch(100);
    registry.subscribe(
        new RegistryListener() {
          @Override
          public void nameRegistered(Registration registration) {
            told.add(Thread.currentThread().getName() + " " + registration.username());
            all.countDown();
          }
        });
    String thread = "username-registry-" + registry.key().shortHex() + "-listener ";
    List<String> expected = new ArrayList<>();
    for (int n = 0; n < 100; n++) {
      registry.register("name_" + n);
      expected.add(thread + "name_" + n);
    }
    ConcurrentCallersTest.await(all);

    assertThat(told).isEqualTo(expected);
  }

  @Test
  void theIndexIsNotBuiltAgainAfterReopening() {
    for (int n = 0; n < 100; n++) {
      registry.register("name_" + n);
    }
    storage.blockReads.set(0);
    storage.rowsWritten.set(0);

    reopen();

    assertThat(registry.listAll()).hasSize(100);
    assertThat(storage.blockReads.get()).isZero();
    assertThat(storage.rowsWritten.get()).isZero();
  }

  @Test
  void theTextOfARegistrySaysWhoseItIsAndWhetherItIsClosed() {
    assertThat(registry).hasToString("UsernameRegistry " + registry.key());

    registry.close();

    assertThat(registry).hasToString("UsernameRegistry " + registry.key() + " (closed)");
  }

  @Test
  void lookingUpReadsNoBlock() {
    registry.register("alice");
    storage.blockReads.set(0);

    registry.lookup("alice");
    registry.lookup("bob");
    registry.listAll();

    assertThat(storage.blockReads.get()).isZero();
  }

  @Test
  void aFailedDiskIsSaidAndNothingIsAnswered() {
    registry.register("alice");
    storage.failing = true;

    assertThatThrownBy(() -> registry.register("bob"))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("open it again")
        .hasMessageContaining("no space left");

    assertThat(registry.lookup("bob")).isEmpty();
    storage.failing = false;
    reopen();
    assertThat(registry.listAll()).extracting(Registration::username).containsExactly("alice");
    assertThat(registry.register("bob")).isInstanceOf(RegisterResult.Registered.class);
  }

  /** Else a name would be one's own already, or not any more, and looked up as before. */
  @Test
  void whatWasWrittenThoughTheIndexFailedIsAnsweredFromBeforeAnythingElseIsDecided() {
    KeptStorage other = new KeptStorage();
    RegistryBuilder options = UsernameRegistry.builder().storage(other);
    options.worker = task -> {}; // which would do it some time
    try (UsernameRegistry failed = options.open()) {
      failed.register("first");
      other.tablesFailing = true;
      assertThatThrownBy(() -> failed.rename("first", "second"))
          .isInstanceOf(RegistryException.class);
      other.tablesFailing = false;

      assertThat(failed.register("second")).isInstanceOf(RegisterResult.AlreadyYours.class);

      assertThat(failed.listAll()).extracting(Registration::username).containsExactly("second");
      assertThat(failed.release("first")).isEmpty();
    }
  }

  @Test
  void aClosedRegistrySaysSo() {
    registry.close();
    registry.close();

    assertThatThrownBy(() -> registry.lookup("alice"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(storage.closes.get()).isEqualTo(1);
  }

  @Test
  void anAddressThatCannotBeListenedOnLeavesNothingOpen() {
    assertThatThrownBy(
            () ->
                openWithoutANetwork(
                    host -> {
                      throw new java.net.BindException("address already in use");
                    }))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("address already in use");
  }

  @Test
  void aNetworkWhoseClassesAreMissingLeavesNothingOpen() {
    assertThatThrownBy(
            () ->
                openWithoutANetwork(
                    host -> {
                      throw new NoClassDefFoundError("io/netty/channel/Channel");
                    }))
        .isInstanceOf(NoClassDefFoundError.class);
  }

  /** Opens a registry with a network that cannot start, and sees that its storage is closed. */
  private static void openWithoutANetwork(LogNetwork failing) {
    KeptStorage other = new KeptStorage();
    try {
      UsernameRegistry.builder().storage(other).network(failing).open();
    } finally {
      assertThat(other.closes.get()).isEqualTo(1);
    }
  }

  @Test
  void theFailureThatIsToldIsTheFirst() {
    registry.close();
    storage.closeFailure = Optional.of(new IOException("cannot be synced"));
    UncheckedIOException first = new UncheckedIOException(new IOException("no such port"));
    assertThatThrownBy(
            () ->
                UsernameRegistry.builder()
                    .storage(storage)
                    .network(
                        host -> {
                          throw first;
                        })
                    .open())
        .isSameAs(first)
        .satisfies(
            thrown ->
                assertThat(thrown.getSuppressed())
                    .extracting(Throwable::getMessage)
                    .containsExactly("cannot be synced"));
  }

  @Test
  void optionsAreCheckedWhenTheyAreSet() {
    assertThatThrownBy(() -> UsernameRegistry.builder().syncTimeout(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("syncTimeout");
    assertThatThrownBy(() -> registry.awaitSynced(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void newRegistryKeysAreSafeToSendToJavaScriptPeers() {
    for (int n = 0; n < 20; n++) {
      try (UsernameRegistry fresh = UsernameRegistry.builder().open()) {
        assertThat(fresh.key().byteAt(0)).isBetween(0x01, 0xfc);
        assertThat(fresh.key().byteAt(1)).isNotEqualTo(0xff);
      }
    }
  }
}
