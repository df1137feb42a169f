package dev.usernameregistry.claims;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Key;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A registration as the value of a bee, in JSON.
 *
 * <pre>
 * field         type    written           read, if missing or of another type
 * username      string  always            (never read: the bee's key is the name)
 * publicKey     string  always            the registry key
 * registeredAt  number  always            the field "timestamp", else no time; milliseconds
 * registeredBy  string  if there is one   empty
 * any other     any     as given          -
 * </pre>
 *
 * <p>A time is a number from 0 to {@value #TIME_MAX_MILLIS}; a fraction is cut off.
 */
public final class RegistrationRecord {
  /** Bytes of JSON in a record, at most; a larger one is not written and not listed. */
  public static final int BYTES_MAX = 64 << 10;

  /** Bytes of UTF-8 in a name, at most, whatever the policy says; a longer key is no name. */
  public static final int NAME_BYTES_MAX = 1024;

  static final long TIME_MAX_MILLIS = 8_640_000_000_000_000L;

  private static final String USERNAME = "username";
  private static final String PUBLIC_KEY = "publicKey";
  private static final String REGISTERED_AT = "registeredAt";
  private static final String REGISTERED_BY = "registeredBy";
  private static final String TIMESTAMP = "timestamp";
  private static final List<String> OWN_FIELDS =
      List.of(USERNAME, PUBLIC_KEY, REGISTERED_AT, REGISTERED_BY);

  private static final int DEPTH_MAX = 1000;

  /** A record is not large, so what it consists of may be as large as it; depth costs stack. */
  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxNameLength(BYTES_MAX)
                          .maxNumberLength(BYTES_MAX)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private RegistrationRecord() {}

  /**
   * Returns the bytes of {@code registration}, as {@code JSON.stringify} would write them.
   *
   * @throws IllegalArgumentException if the profile has one of the four fields, or something that
   *     is not JSON, or is nested too deep to be read, or if these are more than {@link #BYTES_MAX}
   *     bytes
   */
  public static byte[] encode(Registration registration) {
    ObjectNode profile = registration.profile();
    for (String field : OWN_FIELDS) {
      if (profile.has(field)) {
        throw new IllegalArgumentException(
            "a profile cannot have the field '" + field + "', which the registry writes itself");
      }
    }
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.put(USERNAME, registration.username());
    record.put(PUBLIC_KEY, registration.publicKey());
    registration.registeredAt().ifPresent(at -> record.put(REGISTERED_AT, at.toEpochMilli()));
    if (!registration.registeredBy().isEmpty()) {
      record.put(REGISTERED_BY, registration.registeredBy());
    }
    record.setAll(profile);
    byte[] bytes = JsonText.of(record);
    if (bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a record has at most " + BYTES_MAX + " bytes of JSON, this one has " + bytes.length);
    }
    if (decode(registration.registryKey(), registration.username(), bytes).isEmpty()) {
      throw new IllegalArgumentException(
          "a profile has at most "
              + DEPTH_MAX
              + " levels of objects and arrays, this one has more");
    }
    return bytes;
  }

  /** Reads what anybody may have written; empty if it is too large or no JSON object. */
  public static Optional<Registration> decode(Key registryKey, String username, byte[] value) {
    if (value.length > BYTES_MAX) {
      return Optional.empty();
    }
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
    Optional<Instant> registeredAt = time(record.get(REGISTERED_AT));
    if (registeredAt.isEmpty()) {
      registeredAt = time(record.remove(TIMESTAMP));
    }
    String publicKey = text(record.get(PUBLIC_KEY), registryKey.hex());
    String registeredBy = text(record.get(REGISTERED_BY), "");
    record.remove(OWN_FIELDS);
    return new Registration(username, publicKey, registeredAt, registeredBy, registryKey, record);
  }

  private static Optional<Instant> time(@Nullable JsonNode node) {
    if (node == null || !node.isNumber()) {
      return Optional.empty();
    }
    double millis = node.doubleValue();
    return millis >= 0 && millis <= TIME_MAX_MILLIS
        ? Optional.of(Instant.ofEpochMilli((long) millis))
        : Optional.empty();
  }

  private static String text(@Nullable JsonNode node, String otherwise) {
    return node != null && node.isTextual() ? node.textValue() : otherwise;
  }
}
