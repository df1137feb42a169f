package dev.usernameregistry.examples.terminal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What programs are told: one JSON object a line, in UTF-8, flushed, with the kind of news in its
 * field {@code event}. Safe from any thread.
 */
public final class JsonLines {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonFactory JSON = new JsonFactory();

  private final PrintStream out;

  /** Writes to {@code out}, which is not closed. */
  public JsonLines(OutputStream out) {
    this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
  }

  /** Begins a line. */
  public static ObjectNode event(String name) {
    return NODES.objectNode().put("event", name);
  }

  /** Returns the line that says what is in the way. */
  public static ObjectNode error(ErrorCode code, String message) {
    return event("error").put("code", code.word()).put("message", message);
  }

  /** Returns an address as host and port. */
  public static ObjectNode address(InetSocketAddress address) {
    return NODES.objectNode().put("host", address.getHostString()).put("port", address.getPort());
  }

  /** Writes a line. */
  public synchronized void say(ObjectNode line) {
    out.print(text(line) + "\n");
    out.flush();
  }

  /** As {@code toString}, which makes all of a mapper ready: a quarter of a program's start. */
  private static String text(ObjectNode line) {
    StringWriter text = new StringWriter();
    try (JsonParser nodes = line.traverse();
        JsonGenerator json = JSON.createGenerator(text)) {
      nodes.nextToken();
      json.copyCurrentStructure(nodes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string writer has no trouble
    }
    return text.toString();
  }
}
