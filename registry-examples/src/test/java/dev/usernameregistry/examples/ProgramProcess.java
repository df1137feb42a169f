package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One of the programs in a process of its own, as another program starts it: commands in, JSON out.
 * It lives four minutes at most, so that no test waits for ever.
 */
final class ProgramProcess implements AutoCloseable {
  private static final int SIGINT = 2;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long LIFE_SECONDS = 240;

  private final Process process;
  private final BufferedWriter commands;
  private final BufferedReader answers;
  private final Path complaints;
  private final Path temporary;
  private final WatchService temporaryFiles;

  /** Events that nobody has asked for yet. */
  private final List<JsonNode> heard = new ArrayList<>();

  /** Starts a program with {@code --json}; what it complains of goes to a file. */
  ProgramProcess(Path folder, String program, String... arguments) throws IOException {
    this(folder, Map.of(), program, arguments);
  }

  /** Starts a program in an environment that differs from ours. */
  ProgramProcess(Path folder, Map<String, String> environment, String program, String... arguments)
      throws IOException {
    this(folder, environment, List.of(), program, arguments);
  }

  private ProgramProcess(
      Path folder,
      Map<String, String> environment,
      List<String> prefix,
      String program,
      String... arguments)
      throws IOException {
    complaints = Files.createTempFile(folder, "complaints", ".txt");
    temporary = Files.createTempDirectory(folder, "temporary");
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", // as the manifest of registry.jar says
            "-Djdk.net.hosts.file=" + hosts(folder),
            "-Djava.io.tmpdir=" + temporary,
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            program,
            "--json"));
    command.addAll(List.of(arguments));
    temporaryFiles = folder.getFileSystem().newWatchService();
    temporary.register(temporaryFiles, StandardWatchEventKinds.ENTRY_CREATE);
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(complaints.toFile());
    builder.environment().putAll(environment);
    process = builder.start();
    CompletableFuture.delayedExecutor(LIFE_SECONDS, TimeUnit.SECONDS)
        .execute(process.toHandle()::destroyForcibly);
    commands = process.outputWriter(StandardCharsets.UTF_8);
    answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts a program on a machine without any network; only where {@link #networkCanBeHidden}. */
  static ProgramProcess withoutNetwork(Path folder, String program, String... arguments)
      throws IOException {
    return new ProgramProcess(folder, Map.of(), List.of("unshare", "-n"), program, arguments);
  }

  /** Starts a program whose input is what {@code redirection} of a shell says, such as "<&-". */
  static ProgramProcess withInput(
      String redirection, Path folder, String program, String... arguments) throws IOException {
    List<String> prefix = List.of("sh", "-c", "exec \"$@\" " + redirection, "sh");
    return new ProgramProcess(folder, Map.of(), prefix, program, arguments);
  }

  /** Returns whether this machine lets us start programs that have no network. */
  static boolean networkCanBeHidden() throws InterruptedException {
    try {
      return new ProcessBuilder("unshare", "-n", "true").start().waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }

  /** Names that a program knows, so that none asks a name service. */
  private static Path hosts(Path folder) throws IOException {
    return Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n");
  }

  /** Types one line. */
  void type(String line) throws IOException {
    commands.write(line + "\n");
    commands.flush();
  }

  /** Returns the next event called {@code name}, and waits for it if need be. */
  JsonNode next(String name) throws IOException {
    return next(name, event -> true);
  }

  /**
   * Returns the next event called {@code name} that is {@code wanted}, and waits for it if need be.
   * Others are kept: answers and news come in any order.
   */
  JsonNode next(String name, Predicate<JsonNode> wanted) throws IOException {
    Predicate<JsonNode> matches =
        event -> event.path("event").asText().equals(name) && wanted.test(event);
    while (heard.stream().noneMatch(matches)) {
      String line = answers.readLine();
      if (line == null) {
        throw noneUpToTheEnd(name);
      }
      heard.add(JSON.readTree(line));
    }
    JsonNode found = heard.stream().filter(matches).findFirst().orElseThrow();
    heard.remove(found);
    return found;
  }

  /** Returns all that it says up to its end and nobody has asked for yet. */
  List<JsonNode> rest() throws IOException {
    for (String line = answers.readLine(); line != null; line = answers.readLine()) {
      heard.add(JSON.readTree(line));
    }
    return List.copyOf(heard);
  }

  private AssertionError noneUpToTheEnd(String name) throws IOException {
    return new AssertionError(
        "no " + name + " up to the end; heard: " + heard + "; complaints: " + complaints());
  }

  /** Ends the input. */
  void endInput() throws IOException {
    commands.close();
  }

  /** Tells the process to end, as a service manager does. */
  void terminate() {
    process.toHandle().destroy(); // and goes on hearing it
  }

  /** Tells the process to end, as Ctrl-C does. */
  void interrupt() throws IOException, InterruptedException {
    String pid = String.valueOf(process.pid());
    assertThat(ignoresInterrupts(pid))
        .as("ignores SIGINT, as all do that a shell started in the background, or nohup")
        .isFalse();
    assertThat(new ProcessBuilder("kill", "-INT", pid).start().waitFor()).isZero();
  }

  /** Reads it where Linux tells it; children get it from whoever started this test. */
  private static boolean ignoresInterrupts(String pid) throws IOException {
    Path status = Path.of("/proc", pid, "status");
    if (!Files.exists(status)) {
      return false;
    }
    String ignored = "SigIgn:\t";
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith(ignored))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(ignored.length()), 16))
        .anyMatch(signals -> (signals & (1L << (SIGINT - 1))) != 0);
  }

  /** Waits for the end of the process and returns its exit code. */
  int exitCode() throws InterruptedException {
    assertThat(process.waitFor(LIFE_SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
    return process.exitValue();
  }

  /** Waits until the process has made a file in its temporary folder, for a minute at most. */
  void awaitTemporaryFile() throws InterruptedException {
    assertThat(temporaryFiles.poll(1, TimeUnit.MINUTES)).as("a temporary file").isNotNull();
  }

  /** Returns what is in its temporary folder, which is its own. */
  List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }

  /** Returns what is on standard error. */
  String complaints() throws IOException {
    return Files.readString(complaints);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    temporaryFiles.close();
  }
}
