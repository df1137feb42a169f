package dev.usernameregistry.examples.interop;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One process of {@code registry-peer.mjs}. */
public final class JsPeer extends JsProcess {
  private String registry = "";

  JsPeer(Path workshop, UnaryOperator<List<String>> place, Path store) throws IOException {
    super(workshop, place, "registry-peer.mjs", store.toAbsolutePath().toString());
  }

  /** Waits until the peer has opened its store. */
  JsPeer ready() {
    registry = event("ready").path("registry").asText();
    return this;
  }

  /** Returns the key of the peer's own registry, in hexadecimal digits. */
  public String registry() {
    return registry;
  }

  /** Listens on a free port of loopback and returns it. */
  int listen(boolean rawKey) {
    return ask("listen", Map.of("rawKey", rawKey)).path("port").asInt();
  }

  /** Waits until the peer has heard that {@code registry} has so many blocks. */
  void awaitLength(String registry, long length) {
    await(
        "append to " + length + " of " + registry,
        heard ->
            heard.path("event").asText().equals("append")
                && heard.path("registry").asText().equals(registry)
                && heard.path("length").asLong() >= length,
        Await.PATIENCE);
  }

  /** Waits until the peer has found that {@code registry} has two histories; returns the event. */
  JsonNode awaitConflict(String registry) {
    return await(
        "conflict of " + registry,
        heard ->
            heard.path("event").asText().equals("conflict")
                && heard.path("registry").asText().equals(registry),
        Await.PATIENCE);
  }

  /**
   * Returns each block of {@code registry} that the peer has as text; null for one that it lacks.
   */
  List<@Nullable String> blocks(String registry) {
    List<@Nullable String> blocks = new ArrayList<>();
    for (JsonNode block : ask("blocks", Map.of("registry", registry)).path("blocks")) {
      blocks.add(block.isNull() ? null : block.asText());
    }
    return blocks;
  }

  /** Returns how many connections the peer has. */
  int connections() {
    return ask("status", Map.of()).path("connections").asInt();
  }

  /** Returns all names and values that the peer reads in {@code registry}. */
  public JsonNode names(String registry) {
    return ask("list", Map.of("registry", registry)).path("names");
  }
}
