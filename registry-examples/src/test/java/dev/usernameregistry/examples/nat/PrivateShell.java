package dev.usernameregistry.examples.nat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Our shell on one of the hosts, as another program uses it: commands in, JSON out. */
final class PrivateShell {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 120;

  private final BufferedWriter commands;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<JsonNode> heard = new ArrayList<>();

  /** What was heard and nobody has asked for yet: news and answers come in any order. */
  private final List<JsonNode> unasked = new ArrayList<>();

  PrivateShell(Process process) {
    commands = process.outputWriter(StandardCharsets.UTF_8);
    BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
    Thread reader = new Thread(() -> answers.lines().forEach(lines::add), "shell-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /** Types one line. */
  void type(String line) throws IOException {
    commands.write(line + "\n");
    commands.flush();
  }

  /** Waits for the next event called {@code name}. */
  JsonNode next(String name) throws IOException, InterruptedException {
    return next(name, event -> true);
  }

  /**
   * Waits for the next event called {@code name} that is {@code wanted}; keeps the others, to be
   * asked for later.
   */
  JsonNode next(String name, Predicate<JsonNode> wanted) throws IOException, InterruptedException {
    Predicate<JsonNode> matches =
        event -> event.path("event").asText().equals(name) && wanted.test(event);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (unasked.stream().noneMatch(matches)) {
      String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new AssertionError(
            "no " + name + " within " + PATIENCE_SECONDS + " s; heard: " + heard);
      }
      JsonNode event = JSON.readTree(line);
      heard.add(event);
      unasked.add(event);
    }
    JsonNode found = unasked.stream().filter(matches).findFirst().orElseThrow();
    unasked.remove(found);
    return found;
  }
}
