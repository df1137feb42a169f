package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.RegistryBuilder;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.bee.BeeBatch;
import dev.usernameregistry.claims.Registration;
import dev.usernameregistry.claims.RegistrationRecord;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.storage.Durability;
import dev.usernameregistry.storage.RocksStorage;
import dev.usernameregistry.store.LogStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores with many names or many registries in them, made without the registry's own checks. */
final class Stores {
  /** What the own log of a registry is called, here and in JavaScript. */
  private static final String LOG_NAME = "my-username-registry";

  private static final String REGISTERED_BY = "bench";

  /** The primary key of who fetches. */
  private static final Key READER = Key.of(Blake2b.hash("reader".getBytes(StandardCharsets.UTF_8)));

  private Stores() {}

  /** Opens a registry that does not fsync, as the reference does not. */
  static UsernameRegistry open(Path folder) {
    return open(folder, Durability.BUFFERED);
  }

  static UsernameRegistry open(Path folder, Durability durability) {
    return options(folder, durability).open();
  }

  /** Returns the options of {@link #open(Path)}. */
  static RegistryBuilder options(Path folder) {
    return options(folder, Durability.BUFFERED);
  }

  private static RegistryBuilder options(Path folder, Durability durability) {
    return UsernameRegistry.builder()
        .registeredBy(REGISTERED_BY)
        .storage(RocksStorage.at(folder).durability(durability));
  }

  /**
   * Puts {@code count} names into the own log of a registry, in one batch.
   *
   * @return the nanoseconds of making and appending the batch
   */
  static long fill(Path folder, long count, Texts texts) throws IOException {
    open(folder).close(); // chooses the keys
    try (Storage storage = storage(folder)) {
      Log log = store(storage).open(LOG_NAME);
      Bee bee = new Bee(log);
      long startNanos = System.nanoTime();
      BeeBatch batch = new BeeBatch();
      for (long number = 0; number < count; number++) {
        put(batch, log.key(), number, texts);
      }
      bee.append(batch);
      return System.nanoTime() - startNanos;
    }
  }

  /**
   * Makes an empty store, each time of the same user: a peer that he fetches from, again and again
   * into new stores, comes to know his registry, and no further one for each store.
   */
  static void makeReader(Path folder) throws IOException {
    try (Storage storage = storage(folder)) {
      LogStore.open(storage, READER);
    }
  }

  /** Makes {@code count} registries of one name each; returns their keys. */
  static List<Key> makeMany(Path folder, long count, Texts texts) throws IOException {
    List<Key> keys = new ArrayList<>();
    try (Storage storage = storage(folder)) {
      LogStore store = store(storage);
      for (long number = 0; number < count; number++) {
        Log log = store.open("registry " + number);
        BeeBatch batch = new BeeBatch();
        put(batch, log.key(), number, texts);
        new Bee(log).append(batch);
        keys.add(log.key());
      }
    }
    return keys;
  }

  private static Storage storage(Path folder) throws IOException {
    return RocksStorage.at(folder).durability(Durability.BUFFERED).open();
  }

  private static LogStore store(Storage storage) throws IOException {
    return LogStore.open(storage, SecureRandom::new, names -> true);
  }

  private static void put(BeeBatch batch, Key key, long number, Texts texts) {
    String name = Names.name(number);
    batch.put(
        name.getBytes(StandardCharsets.UTF_8),
        RegistrationRecord.encode(
            new Registration(
                name,
                key.hex(),
                Optional.of(Instant.now().truncatedTo(ChronoUnit.MILLIS)),
                REGISTERED_BY,
                key,
                texts.fields(number))));
  }
}
