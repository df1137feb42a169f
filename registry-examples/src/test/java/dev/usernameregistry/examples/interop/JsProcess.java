package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * One process of a script of ours. The comment of the script says what it can be asked: commands go
 * in and answers and events come out, one JSON object a line.
 */
public class JsProcess {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN_MAX = 4000;

  private final Process process;
  private final BufferedWriter commands;

  /** Lines of the process, in order. Guarded by itself. */
  private final List<JsonNode> heard = new ArrayList<>();

  /** Whether the process will not be heard again. Guarded by {@link #heard}. */
  private boolean ended;

  private int lastId;

  /**
   * Starts a script, which lies in {@code workshop}.
   *
   * @param place makes of a command the one that runs it in the right place
   */
  JsProcess(Path workshop, UnaryOperator<List<String>> place, String script, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    process =
        new ProcessBuilder(place.apply(command))
            .directory(workshop.toFile())
            .redirectErrorStream(true)
            .start();
    commands = process.outputWriter(StandardCharsets.UTF_8);
    Thread listening = new Thread(this::hearAll, "js-" + process.pid());
    listening.setDaemon(true);
    listening.start();
  }

  /** Has the process carry out a command; returns its answer, and fails if that is an error. */
  public final JsonNode ask(String command, Map<String, ?> fields) {
    return ask(command, fields, Await.PATIENCE);
  }

  /** As {@link #ask(String, Map)}, for a command that takes long. */
  final JsonNode ask(String command, Map<String, ?> fields, Duration patience) {
    ObjectNode line = JSON.valueToTree(fields);
    int id = ++lastId;
    try {
      commands.write(line.put("id", id).put("do", command) + "\n");
      commands.flush();
    } catch (IOException e) {
      return fail("%s cannot be asked, the process is gone", command, e);
    }
    JsonNode answer =
        await("an answer to " + line, heard -> heard.path("id").asInt() == id, patience);
    if (answer.has("error")) {
      fail("%s: %s", line, answer);
    }
    return answer;
  }

  /** Waits for the first event called {@code name}, which may have come before. */
  public final JsonNode event(String name) {
    return event(name, Await.PATIENCE);
  }

  /** As {@link #event(String)}, for what takes long. */
  final JsonNode event(String name, Duration patience) {
    return await("event " + name, heard -> heard.path("event").asText().equals(name), patience);
  }

  /** Ends the process with SIGKILL and waits for its end. Killing twice is harmless. */
  final void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the first line that is {@code wanted}, which may have come before. */
  final JsonNode await(String what, Predicate<JsonNode> wanted, Duration patience) {
    long deadlineNanos = System.nanoTime() + patience.toNanos();
    synchronized (heard) {
      while (true) {
        Optional<JsonNode> found = heard.stream().filter(wanted).findFirst();
        if (found.isPresent()) {
          return found.get();
        }
        long leftNanos = deadlineNanos - System.nanoTime();
        if (ended || leftNanos <= 0) {
          return fail("no %s%s; heard: %s", what, ended ? ": the process has ended" : "", shown());
        }
        waitForMore(leftNanos);
      }
    }
  }

  private void waitForMore(long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(heard, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail("interrupted");
    }
  }

  private String shown() {
    String all = heard.toString();
    return all.substring(Math.max(0, all.length() - SHOWN_MAX));
  }

  private void hearAll() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(this::hear);
    } catch (IOException | UncheckedIOException e) {
      hear("the end: " + e); // a killed process may end in the middle of a line
    } finally {
      synchronized (heard) {
        ended = true;
        heard.notifyAll();
      }
    }
  }

  // What is not JSON is a complaint of Node.js on standard error, kept for failure messages.
  private void hear(String line) {
    JsonNode node = parsed(line);
    synchronized (heard) {
      heard.add(node);
      heard.notifyAll();
    }
  }

  private static JsonNode parsed(String line) {
    try {
      return line.startsWith("{\"") ? JSON.readTree(line) : JSON.valueToTree(line);
    } catch (JsonProcessingException e) {
      return JSON.valueToTree(line);
    }
  }
}
