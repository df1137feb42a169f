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

/** Registers names in a new registry, by one thread or by several at a time. */
final class Registering {
  private final Texts texts;

  Registering(Texts texts) {
    this.texts = texts;
  }

  ObjectNode run(JsonNode command) throws IOException, InterruptedException {
    int threads = command.path("threads").asInt(1);
    Durability durability =
        command.path("sync").asBoolean() ? Durability.SYNC : Durability.BUFFERED;
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
    RegisterResult result =
        texts.none() ? registry.register(name) : registry.register(name, texts.fields(number));
    if (!(result instanceof RegisterResult.Registered)) {
      throw new IllegalStateException("registered, and got " + result);
    }
  }
}
