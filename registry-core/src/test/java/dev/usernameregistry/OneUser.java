package dev.usernameregistry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.testkit.KeptStorage;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;

/** The registry of one user, without peers; closed after each test. */
abstract class OneUser {
  final KeptStorage storage = new KeptStorage();
  final AtomicLong nowMillis = new AtomicLong(1_000);
  UsernameRegistry registry = open();

  private UsernameRegistry open() {
    return UsernameRegistry.builder()
        .registeredBy("Alice")
        .storage(storage)
        .clock(() -> Instant.ofEpochMilli(nowMillis.get()))
        .open();
  }

  void reopen() {
    registry.close();
    registry = open();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  static ObjectNode profile(String city) {
    return JsonNodeFactory.instance.objectNode().put("city", city);
  }
}
