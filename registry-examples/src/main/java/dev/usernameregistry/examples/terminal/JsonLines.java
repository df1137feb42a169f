package dev.usernameregistry.examples.terminal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/**
 * What programs are told: one JSON object a line, in UTF-8, flushed, with the kind of news in its
 * field {@code event}. Safe from any thread.
 */
public final class JsonLines {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final PrintStream out;

  /** Writes to {@code out}, which is not closed. */
  public JsonLines(OutputStream out) {
    this.out = new PrintStream(out, false, StandardCharsets.UTF_8);
  }

  /** Begins a line. */
  public static ObjectNode event(String name) {
    return NODES.objectNode().put("event", name);
  }

  /** Returns an address as host and port. */
  public static ObjectNode address(InetSocketAddress address) {
    return NODES.objectNode().put("host", address.getHostString()).put("port", address.getPort());
  }

  /** Writes a line. */
  public synchronized void say(Object line) {
    out.print(line + "\n");
    out.flush();
  }
}
