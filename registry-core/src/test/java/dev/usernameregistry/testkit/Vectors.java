package dev.usernameregistry.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;

/**
 * One file of vectors of the reference implementation. Comes from the folder that the system
 * property {@code vectors} names, or from the bundled files if that is blank or missing. A file, a
 * field or an array that is missing or holds no case fails the test that asks for it: a vector test
 * that runs nothing proves nothing.
 */
public final class Vectors {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final JsonNode root;

  private Vectors(String name, JsonNode root) {
    this.name = name;
    this.root = root;
  }

  /** Returns the vectors of {@code name}.json, for example {@code load("merkle")}. */
  public static Vectors load(String name) {
    return load(name, System.getProperty("vectors", ""));
  }

  static Vectors load(String name, String folder) {
    String file = name + ".json";
    try (InputStream in =
        folder.isBlank() ? bundled(file) : inFolder(startedIn().resolve(folder), file)) {
      return new Vectors(file, JSON.readTree(in));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  private static InputStream bundled(String file) {
    InputStream in = Vectors.class.getResourceAsStream("/vectors/" + file);
    if (in == null) {
      throw new AssertionError("no bundled vectors " + file);
    }
    return in;
  }

  /** Where Maven was called, so that a relative folder means what the caller sees. */
  private static Path startedIn() {
    return Path.of(System.getProperty("vectors.base", ""));
  }

  private static InputStream inFolder(Path folder, String file) throws IOException {
    Path path = folder.resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new AssertionError("no vectors at " + path.toAbsolutePath());
    }
    return Files.newInputStream(path);
  }

  /** Returns the top-level field {@code field}. */
  public JsonNode get(String field) {
    JsonNode value = root.get(field);
    if (value == null || value.isNull()) {
      throw new AssertionError(name + " has no field " + field);
    }
    return value;
  }

  /** Returns the elements of the top-level array {@code field}, at least one. */
  public List<JsonNode> cases(String field) {
    JsonNode array = get(field);
    List<JsonNode> cases = new ArrayList<>();
    array.forEach(cases::add);
    if (!array.isArray() || cases.isEmpty()) {
      throw new AssertionError(name + " holds no case in " + field);
    }
    return cases;
  }

  /**
   * Returns the same elements as arguments {@code (String name, JsonNode value)} of a parameterized
   * test; the name is the element's number and its name, what, about or type.
   */
  public Stream<Arguments> arguments(String field) {
    List<JsonNode> cases = cases(field);
    return IntStream.range(0, cases.size())
        .mapToObj(i -> Arguments.of(field + " " + i + label(cases.get(i)), cases.get(i)));
  }

  private static String label(JsonNode value) {
    for (String field : List.of("name", "what", "about", "type")) {
      if (value.path(field).isTextual()) {
        return ": " + value.get(field).asText();
      }
    }
    return "";
  }

  /** Returns the bytes that {@code hex} spells. */
  public static byte[] bytes(JsonNode hex) {
    return HexFormat.of().parseHex(text(hex));
  }

  /** Returns the bytes that {@code hex} spells, or null for a JSON null or a missing field. */
  public static byte @Nullable [] bytesOrNull(@Nullable JsonNode hex) {
    return hex == null || hex.isNull() || hex.isMissingNode() ? null : bytes(hex);
  }

  /** Returns all elements of an array of hexadecimal texts as bytes. */
  public static List<byte[]> bytesList(JsonNode array) {
    List<byte[]> list = new ArrayList<>();
    array.forEach(hex -> list.add(bytes(hex)));
    return list;
  }

  /** Returns a text. */
  public static String text(JsonNode value) {
    if (!value.isTextual()) {
      throw new AssertionError("want a text, got " + value);
    }
    return value.asText();
  }
}
