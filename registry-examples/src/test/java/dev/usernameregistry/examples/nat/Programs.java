package dev.usernameregistry.examples.nat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Java programs of the class path in namespaces. All of them end with {@link #close}. */
final class Programs implements AutoCloseable {
  private static final long LIFE_SECONDS = 180;

  private final List<Process> processes = new ArrayList<>();

  /** Returns the command that runs {@code type}. */
  static List<String> java(Class<?> type, String... arguments) {
    return java(type.getName(), arguments);
  }

  /** Returns the command that runs the class of that name. */
  static List<String> java(String type, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                type));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Starts a program in a namespace; what it complains of is shown with the test's own output. */
  Process start(Namespace where, List<String> command) throws IOException {
    Process process =
        new ProcessBuilder(where.inside(command))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    processes.add(process);
    CompletableFuture.delayedExecutor(LIFE_SECONDS, TimeUnit.SECONDS)
        .execute(process.toHandle()::destroyForcibly);
    return process;
  }

  /** Starts a program and waits for its first line. */
  String startAndListen(Namespace where, List<String> command) throws IOException {
    BufferedReader lines = start(where, command).inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    if (line == null) {
      throw new AssertionError("ended without a word: " + shown(command));
    }
    return line;
  }

  /** Returns the program and its arguments, without the class path. */
  private static String shown(List<String> command) {
    return String.join(" ", command.subList(command.indexOf("-cp") + 2, command.size()));
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    try {
      for (Process process : processes) {
        process.waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
