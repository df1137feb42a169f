package dev.usernameregistry.examples.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A process that is told what to do, and tells what became of it, a line at a time. */
final class BenchProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader lines;
  private final BufferedWriter commands;

  /** Starts a program; what it says on standard error goes to ours. */
  BenchProcess(List<String> command, Path folder) throws IOException {
    process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    lines = process.inputReader(StandardCharsets.UTF_8);
    commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  void tell(String command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
  }

  /** Waits for the next line, which begins with {@code word}; returns the numbers after it. */
  long[] hear(String word) throws IOException {
    String line = lines.readLine();
    if (line == null || !line.startsWith(word)) {
      throw new IOException("expected '" + word + "' of the process, heard: " + line);
    }
    return Stream.of(line.split(" ", -1)).skip(1).mapToLong(Long::parseLong).toArray();
  }

  @Override
  public void close() {
    process.destroy();
  }
}
