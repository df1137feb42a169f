package dev.usernameregistry.examples.bench.frame;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A process that is told lines, answers in JSON, one object a line, and ends at the end of its
 * input. Safe from any thread; each line that it says is handed out once.
 */
public final class Child implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration ANSWER = Duration.ofMinutes(5);
  private static final String RESIDENT = "VmRSS:";
  private static final long END_SECONDS = 20;
  private static final int HEARD_MAX = 10_000;

  private final Process process;
  private final BufferedWriter lines;

  /** Said and not asked for yet, the oldest first. Guarded by itself. */
  private final Deque<JsonNode> heard = new ArrayDeque<>();

  /** Guarded by {@link #heard}. */
  private boolean ended;

  /** For how long it has compiled, as of its last answer; 0 if it does not tell. */
  private volatile Duration compileTime = Duration.ZERO;

  private int lastId;

  Child(Process process) {
    this.process = process;
    lines = process.outputWriter(StandardCharsets.UTF_8);
    Thread listening = new Thread(this::listen, "bench-child-" + process.pid());
    listening.setDaemon(true);
    listening.start();
  }

  /** Tells a line. */
  public synchronized void tell(String line) throws IOException {
    lines.write(line + "\n");
    lines.flush();
  }

  /** Has it carry out a command of {@code commands.mjs}; returns the answer. */
  public JsonNode ask(String command, Map<String, ?> fields)
      throws IOException, InterruptedException {
    return answer(begin(command, fields));
  }

  /** Has it begin to carry out a command; returns the number of the answer. */
  public synchronized int begin(String command, Map<String, ?> fields) throws IOException {
    ObjectNode line = JSON.valueToTree(fields);
    int id = ++lastId;
    tell(line.put("id", id).put("do", command).toString());
    return id;
  }

  /** Waits for the answer with a number; throws if it is an error. */
  public JsonNode answer(int id) throws IOException, InterruptedException {
    JsonNode answer = await("answer", line -> line.path("id").asInt() == id);
    compileTime = Duration.ofMillis(answer.path("compileMillis").asLong());
    if (answer.has("error")) {
      throw new IOException("a peer that is measured failed: " + answer.path("error").asText());
    }
    return answer;
  }

  /** Waits for the next event called {@code name}. */
  public JsonNode event(String name) throws IOException, InterruptedException {
    return event(name, line -> true);
  }

  /** Waits for the next event called {@code name} that is {@code wanted}. */
  public JsonNode event(String name, Predicate<JsonNode> wanted)
      throws IOException, InterruptedException {
    return await(name, line -> line.path("event").asText().equals(name) && wanted.test(line));
  }

  /** Returns how long processors have worked for it so far. */
  public Duration cpuTime() {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new IllegalStateException("this system tells no processor times"));
  }

  /** Returns for how long its JVM has compiled, as of its last answer; 0 if it is none. */
  Duration compileTime() {
    return compileTime;
  }

  /** Returns how much memory of the machine it takes. */
  public long residentBytes() throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.isReadable(status)) {
      throw new IOException("this system tells no resident memory in /proc");
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(RESIDENT))
        .map(line -> line.replaceAll("[^0-9]", ""))
        .mapToLong(kib -> Long.parseLong(kib) << 10)
        .findFirst()
        .orElseThrow(() -> new IOException(status + " has no line " + RESIDENT));
  }

  private JsonNode await(String what, Predicate<JsonNode> wanted)
      throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    synchronized (heard) {
      Optional<JsonNode> found = take(wanted);
      while (found.isEmpty()) {
        long leftNanos = ANSWER.toNanos() - (System.nanoTime() - startNanos);
        if (ended || leftNanos <= 0) {
          throw new IOException(
              "no "
                  + what
                  + " from "
                  + (ended ? "a child that ended" : "a child")
                  + "; it said "
                  + heard);
        }
        TimeUnit.NANOSECONDS.timedWait(heard, leftNanos);
        found = take(wanted);
      }
      return found.get();
    }
  }

  private Optional<JsonNode> take(Predicate<JsonNode> wanted) {
    for (Iterator<JsonNode> each = heard.iterator(); each.hasNext(); ) {
      JsonNode line = each.next();
      if (wanted.test(line)) {
        each.remove();
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  private void listen() {
    try (BufferedReader answers = process.inputReader(StandardCharsets.UTF_8)) {
      String line = answers.readLine();
      while (line != null) {
        hear(parsed(line));
        line = answers.readLine();
      }
    } catch (IOException e) {
      hear(JSON.getNodeFactory().textNode(e.toString()));
    } finally {
      synchronized (heard) {
        ended = true;
        heard.notifyAll();
      }
    }
  }

  /** Returns a line, as it is if it is no JSON: a machine that cannot start says why like that. */
  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(line);
    }
  }

  private void hear(JsonNode line) {
    synchronized (heard) {
      if (heard.size() == HEARD_MAX) {
        heard.removeFirst();
      }
      heard.addLast(line);
      heard.notifyAll();
    }
  }

  /** Kills it, and waits until it is gone. */
  void kill() {
    Children.end(process);
  }

  /** Ends its input, and kills it if it does not end then. */
  @Override
  public void close() {
    try {
      lines.close();
      process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (IOException gone) {
      // it does not read any more: it has ended, or is killed now
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      kill();
    }
  }
}
