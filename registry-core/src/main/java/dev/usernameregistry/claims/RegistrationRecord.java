package dev.usernameregistry.claims;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.crypto.Key;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
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

  /** The latest time that a record can say, in milliseconds; the latest of JavaScript too. */
  public static final long TIME_MAX_MILLIS = 8_640_000_000_000_000L;

  private static final String USERNAME = "username";
  private static final String PUBLIC_KEY = "publicKey";
  private static final String REGISTERED_AT = "registeredAt";
  private static final String REGISTERED_BY = "registeredBy";
  private static final String TIMESTAMP = "timestamp";
  private static final List<String> OWN_FIELDS =
      List.of(USERNAME, PUBLIC_KEY, REGISTERED_AT, REGISTERED_BY);

  private static final int DEPTH_MAX = 1000;

  private static final int SHOWN_DIGITS_MAX = 40;

  /**
   * A record is not large, so what it consists of may be as large as it; depth costs stack. Nothing
   * is kept from one record for the next: a shared table of names lets one writer, by names of one
   * hash, decide whether the records of another can be read. Java itself takes a time for a whole
   * number that grows with the square of its digits.
   */
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
              .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
              .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
              .streamReadConstraints(
                  StreamReadConstraints.builder()
                      .maxNestingDepth(DEPTH_MAX)
                      .maxNameLength(BYTES_MAX)
                      .maxNumberLength(BYTES_MAX)
                      .build())
              .build());

  private RegistrationRecord() {}

  /**
   * Returns the bytes of {@code registration}, as {@code JSON.stringify} would write them.
   *
   * @throws IllegalArgumentException if the profile has one of the four fields, or something that
   *     is not JSON, or a name with half of a surrogate pair, which is not read, or if these are
   *     more than {@link #BYTES_MAX} bytes
   */
  public static byte[] encode(Registration registration) {
    byte[] bytes = bytes(registration);
    if (bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a record has at most " + BYTES_MAX + " bytes of JSON, this one has " + bytes.length);
    }
    return bytes;
  }

  /**
   * Returns a copy of a profile.
   *
   * @throws IllegalArgumentException if it has more than {@value #DEPTH_MAX} levels of objects and
   *     arrays: no peer would read the record, and to copy ever more takes ever more stack
   */
  public static ObjectNode copyOf(ObjectNode profile) {
    requireDepth(profile);
    return profile.deepCopy();
  }

  private static void requireDepth(ObjectNode profile) {
    if (isDeeper(profile, DEPTH_MAX)) {
      throw new IllegalArgumentException(
          "a profile has at most "
              + DEPTH_MAX
              + " levels of objects and arrays, this one has more");
    }
  }

  /**
   * Refuses a profile with a number that would be read as another, or something that is not JSON.
   *
   * @throws IllegalArgumentException if it has one, or as {@link #copyOf}
   */
  public static void requireReadAsGiven(ObjectNode profile) {
    requireDepth(profile);
    requireReadAsGiven("", profile);
  }

  /** Looks at the value of {@code field}, or one in its array. */
  private static void requireReadAsGiven(String field, JsonNode value) {
    switch (value.getNodeType()) {
      case OBJECT ->
          value
              .properties()
              .forEach(member -> requireReadAsGiven(member.getKey(), member.getValue()));
      case ARRAY -> value.forEach(element -> requireReadAsGiven(field, element));
      case NUMBER -> requireExact(value);
      case STRING, BOOLEAN, NULL -> {}
      case BINARY, MISSING, POJO ->
          throw new IllegalArgumentException(
              "a profile is JSON, which has objects, arrays, strings, numbers, booleans and null,"
                  + " and its field '"
                  + shortened(field.replaceAll("\\p{Cntrl}", "?"))
                  + "' has something else ("
                  + value.getNodeType().name().toLowerCase(Locale.ROOT)
                  + "); give it as a text");
    }
  }

  private static void requireExact(JsonNode number) {
    if (!JsonText.isExact(number)) {
      throw new IllegalArgumentException(
          "a profile's numbers are those of JavaScript, which would read "
              + shortened(number.asText())
              + " as "
              + JsonText.number(number)
              + "; give it as a text");
    }
  }

  private static String shortened(String digits) {
    return digits.length() <= SHOWN_DIGITS_MAX
        ? digits
        : digits.substring(0, SHOWN_DIGITS_MAX) + "…";
  }

  private static boolean isDeeper(JsonNode node, int levels) {
    if (node.isContainerNode()) {
      if (levels == 0) {
        return true;
      }
      for (JsonNode child : node) {
        if (isDeeper(child, levels - 1)) {
          return true;
        }
      }
    }
    return false;
  }

  private static byte[] bytes(Registration registration) {
    ObjectNode profile = registration.profileToRead();
    for (String field : OWN_FIELDS) {
      if (profile.has(field)) {
        throw new IllegalArgumentException(
            "a profile cannot have the field '" + field + "', which the registry writes itself");
      }
    }
    JsonText.Members record = new JsonText.Members();
    record.putIndices(profile);
    record.put(USERNAME, registration.username()).put(PUBLIC_KEY, registration.publicKey());
    registration.registeredAt().ifPresent(at -> record.put(REGISTERED_AT, at.toEpochMilli()));
    if (!registration.registeredBy().isEmpty()) {
      record.put(REGISTERED_BY, registration.registeredBy());
    }
    record.putNames(profile);
    return record.toBytes();
  }

  /**
   * Returns {@code written}, whose time is one that a record can say, as it is read from its bytes.
   * JSON has fewer kinds of numbers than Java, so the profile may be another; it is read when
   * somebody wants it, and nothing else is.
   *
   * @param record what {@link #encode} returned, which anybody can read
   */
  public static Registration asRead(Registration written, byte[] record) {
    if (!written.hasProfile()) {
      return written;
    }
    Supplier<Registration> read =
        () ->
            decode(written.registryKey(), written.username(), record)
                .orElseThrow(() -> new AssertionError("a record that was written cannot be read"));
    return written.registeredAt().isPresent()
        ? written.withProfile(() -> read.get().profileToRead())
        : read.get(); // a field of the profile may be taken for the time
  }

  /** Reads what anybody may have written; empty if it is too large or no JSON object. */
  public static Optional<Registration> decode(Key registryKey, String username, byte[] value) {
    if (value.length > BYTES_MAX) {
      return Optional.empty();
    }
    String text = new String(value, StandardCharsets.UTF_8);
    if (hasForeignDigits(text)) {
      return Optional.empty();
    }
    try (JsonParser parser = JSON.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      Fields fields = new Fields();
      fields.readFrom(parser);
      return parser.nextToken() == null
          ? Optional.of(fields.toRegistration(registryKey, username))
          : Optional.empty();
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    } catch (IOException neverOfAString) {
      throw new UncheckedIOException(neverOfAString);
    }
  }

  /**
   * Returns whether an escape has something but ASCII among its four digits. The parser looks only
   * at the low byte of each, and so takes letters of other scripts for digits.
   */
  private static boolean hasForeignDigits(String text) {
    for (int at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at + 2)) {
      if (text.startsWith("u", at + 1)) {
        int end = Math.min(text.length(), at + 6);
        for (int digit = at + 2; digit < end; digit++) {
          if (text.charAt(digit) > 0x7f) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static Optional<Instant> time(double millis) {
    return millis >= 0 && millis <= TIME_MAX_MILLIS
        ? Optional.of(Instant.ofEpochMilli((long) millis))
        : Optional.empty();
  }

  /** What a record says; of a field that is there twice, what it says last. */
  private static final class Fields {
    private @Nullable String publicKey;
    private Optional<Instant> registeredAt = Optional.empty();
    private String registeredBy = "";

    /** All other fields; null while there are none. */
    private @Nullable ObjectNode profile;

    /** Reads the members of an object, up to its end. */
    void readFrom(JsonParser parser) throws IOException {
      for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
        JsonToken token = parser.nextToken();
        switch (field) {
          case USERNAME -> parser.skipChildren();
          case PUBLIC_KEY -> publicKey = text(parser, token);
          case REGISTERED_AT -> registeredAt = time(parser, token);
          case REGISTERED_BY -> {
            String text = text(parser, token);
            registeredBy = text == null ? "" : text;
          }
          default -> {
            ObjectNode others = profile == null ? JSON.createObjectNode() : profile;
            others.set(field, JSON.<JsonNode>readTree(parser));
            profile = others;
          }
        }
      }
    }

    private static @Nullable String text(JsonParser parser, JsonToken token) throws IOException {
      if (token == JsonToken.VALUE_STRING) {
        return parser.getText();
      }
      parser.skipChildren();
      return null;
    }

    private static Optional<Instant> time(JsonParser parser, JsonToken token) throws IOException {
      if (token.isNumeric()) {
        return RegistrationRecord.time(parser.getDoubleValue());
      }
      parser.skipChildren();
      return Optional.empty();
    }

    Registration toRegistration(Key registryKey, String username) {
      String key = publicKey == null ? registryKey.hex() : publicKey;
      ObjectNode others = profile;
      if (others == null) {
        return new Registration(username, key, registeredAt, registeredBy, registryKey);
      }
      Optional<Instant> at = registeredAt;
      if (at.isEmpty() && others.remove(TIMESTAMP) instanceof NumericNode timestamp) {
        at = RegistrationRecord.time(timestamp.doubleValue());
      }
      return others.isEmpty()
          ? new Registration(username, key, at, registeredBy, registryKey)
          : new Registration(username, key, at, registeredBy, registryKey, () -> others);
    }
  }
}
