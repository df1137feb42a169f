package dev.usernameregistry.examples;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;

/** A DHT that {@code bootstrap} runs in a process of its own. */
final class DhtProcess implements AutoCloseable {
  private final ProgramProcess process;
  private final String entry;

  /** Starts one on free ports of loopback, and waits until it is ready. */
  DhtProcess(Path folder) throws IOException {
    process = new ProgramProcess(folder, "bootstrap", "--port", "0");
    JsonNode ready = process.next("ready");
    entry = ready.path("host").asText() + ":" + ready.path("port").asInt();
  }

  /** Returns host:port of the node to enter through. */
  String entry() {
    return entry;
  }

  ProgramProcess process() {
    return process;
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
