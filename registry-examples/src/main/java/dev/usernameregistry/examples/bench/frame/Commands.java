package dev.usernameregistry.examples.bench.frame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.examples.terminal.JsonLines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Our half of {@code commands.mjs}: carries out the commands on standard input, one after the
 * other, and answers on standard output, also for how long this JVM has compiled so far. At the end
 * of input the process ends at once, also while it carries out one.
 */
public final class Commands {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JsonLines lines = new JsonLines(System.out);
  private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>();
  private final Map<String, Command> commands;

  /** What a process can be told to do. */
  public interface Command {

    /** Does it with these fields; returns the answer. */
    ObjectNode run(JsonNode fields) throws IOException, InterruptedException;
  }

  private Commands(Map<String, Command> commands) {
    this.commands = commands;
  }

  /** Says that it is ready, and serves until the process ends. */
  public static void serve(Map<String, Command> commands) throws InterruptedException {
    Commands serving = new Commands(commands);
    Thread reading = new Thread(serving::read, "bench-commands");
    reading.setDaemon(true);
    reading.start();
    serving.lines.say(JsonLines.event("ready"));
    while (true) {
      serving.run(serving.waiting.take());
    }
  }

  /** Returns an empty answer. */
  public static ObjectNode answer() {
    return JSON.createObjectNode();
  }

  private void read() {
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        waiting.add(line);
      }
    } catch (IOException broken) {
      System.err.println("the commands cannot be read: " + broken);
    }
    System.exit(0); // nobody listens, and all that is stored is removed
  }

  private void run(String line) throws InterruptedException {
    ObjectNode answer;
    int id = 0;
    try {
      JsonNode command = JSON.readTree(line);
      id = command.path("id").asInt();
      answer = named(command.path("do").asText()).run(command);
    } catch (IOException | RuntimeException e) {
      answer = answer().put("error", e.toString());
    }
    lines.say(answer.put("id", id).put("compileMillis", compileMillis()));
  }

  /** Returns how long this JVM has compiled; 0 if it only interprets, or does not say. */
  private static long compileMillis() {
    @Nullable CompilationMXBean compilers = ManagementFactory.getCompilationMXBean();
    return compilers != null && compilers.isCompilationTimeMonitoringSupported()
        ? compilers.getTotalCompilationTime()
        : 0;
  }

  private Command named(String name) {
    Command command = commands.get(name);
    if (command == null) {
      throw new IllegalArgumentException("no command " + name);
    }
    return command;
  }
}
