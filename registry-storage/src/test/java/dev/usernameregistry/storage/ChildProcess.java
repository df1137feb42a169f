package dev.usernameregistry.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs a main class in a JVM of its own. */
final class ChildProcess {
  private static final String SHARED_LIBRARY_FOLDER = "ROCKSDB_SHAREDLIB_DIR";

  private ChildProcess() {}

  /**
   * Runs until it is killed: starts the process, reads {@code lines} lines of what it prints, waits
   * {@code afterNanos}, and kills it.
   *
   * @return all that it printed before it was dead
   */
  static List<String> kill(
      Class<?> mainClass, List<String> arguments, Path temp, int lines, long afterNanos)
      throws IOException, InterruptedException {
    Process process = start(mainClass, arguments, temp);
    List<String> printed = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = nextLine(out);
      while (line != null) {
        printed.add(line);
        if (printed.size() == lines) {
          spin(afterNanos);
          process.toHandle().destroyForcibly(); // leaves what was printed readable
        }
        line = nextLine(out);
      }
    } finally {
      process.destroyForcibly();
    }
    int exit = process.waitFor();
    if (printed.size() < lines || exit != 128 + 9) {
      throw new AssertionError(
          "was not killed but ended with " + exit + " after printing " + printed);
    }
    return printed;
  }

  /** Runs until it ends by itself, and returns the lines it printed. */
  static List<String> output(Class<?> mainClass, List<String> arguments, Path temp)
      throws IOException {
    return linesOf(start(mainClass, arguments, temp));
  }

  /** As {@link #output}, but RocksDB's library is kept in {@code cacheFolder}, or not if "off". */
  static List<String> outputKeeping(
      String cacheFolder, Class<?> mainClass, Path argument, Path temp) throws IOException {
    List<String> options =
        List.of("-D" + UnpackedLibrary.PROPERTY + "=" + cacheFolder, "-Djava.io.tmpdir=" + temp);
    ProcessBuilder builder = command(options, mainClass, List.of(argument.toString()));
    builder.environment().remove(SHARED_LIBRARY_FOLDER);
    return linesOf(builder.start());
  }

  private static List<String> linesOf(Process process) throws IOException {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      return out.lines().filter(ChildProcess::isOurs).toList();
    }
  }

  private static Process start(Class<?> mainClass, List<String> arguments, Path temp)
      throws IOException {
    ProcessBuilder builder = command(List.of(), mainClass, arguments);
    // one file that is replaced, where a killed process would else leave 15 MB behind each time
    builder.environment().put(SHARED_LIBRARY_FOLDER, temp.toString());
    return builder.start();
  }

  private static ProcessBuilder command(
      List<String> options, Class<?> mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  private static @Nullable String nextLine(BufferedReader out) throws IOException {
    String line = out.readLine();
    while (line != null && !isOurs(line)) {
      line = out.readLine();
    }
    return line;
  }

  /** SLF4J tells each process that no logger is bound here. */
  private static boolean isOurs(String line) {
    return !line.startsWith("SLF4J");
  }

  /** Busy, because a sleep is far coarser than a write takes. */
  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
