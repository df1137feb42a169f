package dev.usernameregistry.claims;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Key;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads a record the plain way: a tree of all of it first. Says what the fast way must say. */
final class RecordTree {
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(1000)
                          .maxNameLength(RegistrationRecord.BYTES_MAX)
                          .maxNumberLength(RegistrationRecord.BYTES_MAX)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private RecordTree() {}

  static Optional<Registration> decode(Key registryKey, String username, byte[] value) {
    try {
      JsonNode node = JSON.readTree(new String(value, StandardCharsets.UTF_8));
      return node instanceof ObjectNode record
          ? Optional.of(read(registryKey, username, record))
          : Optional.empty();
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }

  private static Registration read(Key registryKey, String username, ObjectNode record) {
    Optional<Instant> registeredAt = time(record.path("registeredAt"));
    if (registeredAt.isEmpty()) {
      registeredAt = time(record.path("timestamp"));
      record.remove("timestamp");
    }
    String publicKey = text(record.path("publicKey"), registryKey.hex());
    String registeredBy = text(record.path("registeredBy"), "");
    record.remove(List.of("username", "publicKey", "registeredAt", "registeredBy"));
    return new Registration(username, publicKey, registeredAt, registeredBy, registryKey, record);
  }

  private static Optional<Instant> time(JsonNode node) {
    double millis = node.doubleValue();
    return node.isNumber() && millis >= 0 && millis <= 8.64e15
        ? Optional.of(Instant.ofEpochMilli((long) millis))
        : Optional.empty();
  }

  private static String text(JsonNode node, String otherwise) {
    return node.isTextual() ? node.textValue() : otherwise;
  }
}
