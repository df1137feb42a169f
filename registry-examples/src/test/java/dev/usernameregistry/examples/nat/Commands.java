package dev.usernameregistry.examples.nat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs of the machine to their end. */
final class Commands {
  private static final long SECONDS_MAX = 60;

  /** A program could not be run, or failed. */
  static final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
      super(message);
    }
  }

  private Commands() {}

  /** Returns what the program printed; its errors as well. */
  static String run(List<String> command) {
    return run(command, "");
  }

  /** Gives the program {@code input} to read. */
  static String run(List<String> command, String input) {
    String shown = String.join(" ", command);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
        in.write(input);
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new FailedException(shown + ": no end within " + SECONDS_MAX + " s");
      }
      if (process.exitValue() != 0) {
        throw new FailedException(shown + ": exit code " + process.exitValue() + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new FailedException(shown + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException(shown + ": interrupted");
    }
  }
}
