package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.UsernameRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** A program that has a shell alone, and what it is answered. */
abstract class ShellScene {
  static final ObjectMapper JSON = new ObjectMapper();
  static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);

  final UsernameRegistry registry =
      UsernameRegistry.builder().registeredBy("Ada").clock(() -> NOW).open();
  final String registryKey = registry.key().hex();

  @AfterEach
  void close() {
    registry.close();
  }

  final Standing standing() {
    return Standing.of(registry, List.of(), Optional.empty());
  }

  final JsonNode answerTo(String line) throws IOException {
    List<JsonNode> answers = tell(line);
    assertThat(answers).as(line).hasSize(1);
    return answers.get(0);
  }

  final List<JsonNode> tell(String... lines) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Shell shell = new Shell(registry, this::standing, new JsonAnswers(out));
    for (String line : lines) {
      assertThat(shell.carryOut(line)).as(line).isTrue();
    }
    return parsed(out);
  }

  static List<JsonNode> parsed(ByteArrayOutputStream out) throws IOException {
    List<JsonNode> said = new ArrayList<>();
    for (String line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      said.add(JSON.readTree(line));
    }
    return said;
  }

  final JsonNode registration(String username, String profile) throws IOException {
    return JSON.readTree(
        String.format(
            "{\"username\":\"%s\",\"publicKey\":\"%s\",\"registeredAt\":%d,"
                + "\"registeredBy\":\"Ada\",\"registryKey\":\"%s\",\"profile\":%s}",
            username, registryKey, NOW.toEpochMilli(), registryKey, profile));
  }

  static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
