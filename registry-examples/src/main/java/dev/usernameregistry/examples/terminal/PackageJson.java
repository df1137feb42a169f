package dev.usernameregistry.examples.terminal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.net.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The topic in the configuration of a Pear application, where the known application keeps it:
 *
 * <pre>{@code
 * {"pear": {"env": {"globalUsernameRegistryKey": "44f16e43…"}}}
 * }</pre>
 */
final class PackageJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Looked at in this order; an empty one counts as missing. */
  private static final List<String> FIELDS =
      List.of("globalUsernameRegistryKey", "globalCommunityFeedKey");

  private PackageJson() {}

  /**
   * Returns the topic.
   *
   * @throws IllegalArgumentException saying what is wrong with {@code file} and what is right
   */
  static Topic topicIn(Path file) {
    JsonNode env = read(file).path("pear").path("env");
    for (String field : FIELDS) {
      JsonNode value = env.path(field);
      if (!value.isMissingNode() && !value.isNull() && !value.asText().isBlank()) {
        return topic(file, field, value.asText());
      }
    }
    throw new IllegalArgumentException(
        file
            + " names no topic: neither pear.env.globalUsernameRegistryKey nor"
            + " pear.env.globalCommunityFeedKey is there; add one with 64 hexadecimal digits, or use"
            + " --topic");
  }

  private static Topic topic(Path file, String field, String value) {
    try {
      return Topic.fromHex(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "pear.env."
              + field
              + " in "
              + file
              + " is no topic: it has "
              + value.length()
              + " characters, not 64 hexadecimal digits; correct it, or use --topic",
          e);
    }
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (JacksonException e) {
      throw new IllegalArgumentException(file + " is not JSON: " + NotJson.reason(e), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(Unreadable.reason(file, e), e);
    }
  }
}
