package dev.usernameregistry.examples.bench.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.RegisterResult;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.storage.Durability;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** Registers names in a new registry, by one thread, by several at a time, or in one call. */
final class Registering {
  private final Texts texts;

  Registering(Texts texts) {
    this.texts = texts;
  }

  ObjectNode run(JsonNode command) throws IOException, InterruptedException {
    int threads = command.path("threads").asInt(1);
    Durability durability =
        command.path("sync").asBoolean() ? Durability.SYNC : Durability.BUFFERED;
    return command.path("all").asBoolean()
        ? all(command, durability)
        : oneByOne(command, threads, durability);
  }

  /** Registers the names in one call. */
  private static ObjectNode all(JsonNode command, Durability durability) throws IOException {
    List<String> names =
        LongStream.range(0, command.path("count").asLong()).mapToObj(Names::name).toList();
    try (UsernameRegistry registry = Stores.open(RegistryPeer.folder(command), durability)) {
      Meter meter = new Meter();
      registry.registerAll(names).forEach(Registering::requireRegistered);
      return meter.answer();
    }
  }

  private ObjectNode oneByOne(JsonNode command, int threads, Durability durability)
      throws IOException, InterruptedException {
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try (UsernameRegistry registry = Stores.open(RegistryPeer.folder(command), durability)) {
      long count = command.path("count").asLong();
      Meter meter = new Meter();
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        long from = thread;
        all.add(callers.submit(() -> registerFrom(registry, from, threads, count)));
      }
      for (Future<?> one : all) {
        one.get();
      }
      return meter.answer();
    } catch (ExecutionException failed) {
      throw new IOException("a name could not be registered", failed);
    } finally {
      callers.shutdown();
    }
  }

  private void registerFrom(UsernameRegistry registry, long from, int step, long count) {
    for (long number = from; number < count; number += step) {
      one(registry, number);
    }
  }

  /** Registers the name with a number, which must be free. */
  void one(UsernameRegistry registry, long number) {
    String name = Names.name(number);
    requireRegistered(
        texts.none() ? registry.register(name) : registry.register(name, texts.fields(number)));
  }

  private static void requireRegistered(RegisterResult result) {
    if (!(result instanceof RegisterResult.Registered)) {
      throw new IllegalStateException("registered, and got " + result);
    }
  }
}
