package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.testkit.SilentNetwork;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The few blocks that a live registry grows by are followed by whoever stores them. */
class LiveBlocksTest {
  private final SilentNetwork writers = new SilentNetwork();
  private final SilentNetwork readers = new SilentNetwork();
  private final UsernameRegistry writer = UsernameRegistry.builder().network(writers).open();
  private UsernameRegistry reader = UsernameRegistry.builder().network(readers).open();

  @AfterEach
  void close() {
    writer.close();
    reader.close();
  }

  @Test
  void aNameIsThereAsSoonAsItsBlockIsStored() throws Exception {
    Log copy = follow();
    for (int number = 0; number < 50; number++) {
      writer.register("name_" + number);
      copy.apply(writers.host().ownLog().proveNewest().orElseThrow());
      assertThat(reader.lookup("name_" + number)).isPresent();
    }
  }

  @Test
  void aListenerOnAnExecutorOfItsOwnIsNotCalledByWhoeverStores() throws Exception {
    reader.close();
    reader = UsernameRegistry.builder().network(readers).listenerExecutor(Runnable::run).open();
    Log copy = follow();
    CompletableFuture<Thread> called = seen("later");
    writer.register("later");
    copy.apply(writers.host().ownLog().proveNewest().orElseThrow());
    assertThat(called.get(30, TimeUnit.SECONDS)).isNotEqualTo(Thread.currentThread());
  }

  /** Returns the thread on which the reader's listener will be told of a name. */
  private CompletableFuture<Thread> seen(String name) {
    CompletableFuture<Thread> called = new CompletableFuture<>();
    reader.subscribe(
        new RegistryListener() {
          @Override
          public void nameRegistered(Registration registration) {
            if (registration.username().equals(name)) {
              called.complete(Thread.currentThread());
            }
          }
        });
    return called;
  }

  /** Has the reader follow the writer, brings it what there is, and waits until that is seen. */
  private Log follow() throws Exception {
    CompletableFuture<Thread> seen = seen("first");
    writer.register("first");
    Log own = writers.host().ownLog();
    reader.follow(own.key());
    Log copy =
        readers.host().logs().stream()
            .filter(log -> log.key().equals(own.key()))
            .findAny()
            .orElseThrow();
    for (long block = 0; block < own.length(); block++) {
      ProofRequest.Upgrade upgrade = block == 0 ? new ProofRequest.Upgrade(0, own.length()) : null;
      ProofRequest.Block wanted = block == 0 ? new ProofRequest.Block(0, 0) : copy.wanted(block);
      Made made =
          own.prove(new ProofRequest(1, 0, wanted, null, null, upgrade, upgrade != null, 0));
      copy.apply(((Made.Ready) made).proof());
    }
    seen.get(30, TimeUnit.SECONDS);
    return copy;
  }
}
