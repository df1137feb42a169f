package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Applied;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.SeededRandom;
import dev.usernameregistry.testkit.SilentNetwork;
import dev.usernameregistry.testkit.Trampoline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A writer's two histories that a network brings as soon as it is given the log. */
class EarlyConflictTest {
  private final SilentNetwork oneEnd = new SilentNetwork();
  private final SilentNetwork otherEnd = new SilentNetwork();
  private final UsernameRegistry one = open(oneEnd, "ada");
  private final UsernameRegistry other = open(otherEnd, "eve");

  private final List<String> events = new ArrayList<>();
  private final ScriptedNetwork network = new ScriptedNetwork();
  private Runnable beforeStep = () -> {};

  private static UsernameRegistry open(SilentNetwork network, String name) {
    UsernameRegistry registry =
        UsernameRegistry.builder().network(network).random(new SeededRandom(5)).open();
    registry.register(name);
    return registry;
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
  }

  @Test
  void isToldOnceWhenItCameBeforeAnybodyListened() {
    network.duringReplicate =
        log -> {
          bringOne(log);
          bringOther(log);
        };
    follow();
    assertThat(events).containsExactly("found", "conflict");
  }

  @Test
  void isToldOnceWhenItCameJustAfterSomebodyDid() {
    List<Log> given = new ArrayList<>();
    network.duringReplicate =
        log -> {
          given.add(log);
          bringOne(log);
        };
    beforeStep = () -> given.forEach(this::bringOther);
    follow();
    assertThat(events).startsWith("found", "conflict").containsOnlyOnce("conflict");
  }

  private void follow() {
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void registryFound(RegistryInfo registry) {
            events.add("found");
          }

          @Override
          public void registryConflict(RegistryInfo registry, Evidence evidence) {
            events.add("conflict");
          }
        };
    RegistryBuilder builder =
        UsernameRegistry.builder()
            .network(network)
            .listener(listener)
            .listenerExecutor(Runnable::run);
    Trampoline worker = new Trampoline();
    builder.worker =
        task ->
            worker.execute(
                () -> {
                  beforeStep.run();
                  task.run();
                });
    try (UsernameRegistry reader = builder.open()) {
      reader.follow(one.key());
      assertThat(reader.registries())
          .extracting(RegistryInfo::state)
          .contains(RegistryInfo.State.FROZEN);
    }
  }

  private void bringOne(Log log) {
    try {
      Copies.bring(oneEnd.host().ownLog(), log);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void bringOther(Log log) {
    try {
      assertThat(Copies.compare(otherEnd.host().ownLog(), log))
          .isInstanceOf(Applied.Conflict.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
