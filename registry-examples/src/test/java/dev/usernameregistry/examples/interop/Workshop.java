package dev.usernameregistry.examples.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The folder below {@code target} that the JavaScript peers run in: our scripts and, once installed
 * from the lock file, the packages of the reference implementation.
 */
final class Workshop {
  /** What the benchmarks use too, and is therefore in registry.jar. */
  private static final List<String> SHARED =
      List.of("package.json", "package-lock.json", "commands.mjs");

  private static final List<String> OWN =
      List.of(
          "registry-peer.mjs",
          "blind-relay.mjs",
          "dht-node.mjs",
          "lossy-proxy.mjs",
          "udx-peer.mjs");
  private static final List<String> INSTALL =
      List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
  private static final long INSTALL_SECONDS = 300;
  private static final long VERSION_SECONDS = 20;
  private static final int TOLD_MAX = 2000;

  private final Path folder = Path.of(System.getProperty("basedir", ""), "target", "interop");

  /** Returns the folder, which is ready if {@link #prepare} found no obstacle. */
  Path folder() {
    return folder;
  }

  /** Prepares the folder; returns why that cannot be done, empty if it is. */
  Optional<String> prepare() {
    try {
      copyFiles();
      return missing("node").or(() -> missing("npm")).or(this::install);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copyFiles() throws IOException {
    Files.createDirectories(folder);
    for (String file : SHARED) {
      copy("/dev/usernameregistry/examples/bench/", file);
    }
    for (String file : OWN) {
      copy("/interop/", file);
    }
  }

  private void copy(String from, String file) throws IOException {
    try (InputStream in = Workshop.class.getResourceAsStream(from + file)) {
      if (in == null) {
        throw new AssertionError(file + " is not on the class path");
      }
      Files.copy(in, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Optional<String> missing(String program) {
    return trouble(List.of(program, "--version"), VERSION_SECONDS)
        .map(trouble -> program + " (Node.js 20 or newer) is needed on the PATH: " + trouble);
  }

  // What npm installed stays in target as long as the lock file is the same.
  private Optional<String> install() {
    Path lock = folder.resolve("package-lock.json");
    Path installed = folder.resolve("installed-package-lock.json");
    try {
      if (Files.exists(installed) && Files.mismatch(lock, installed) < 0) {
        return Optional.empty();
      }
      Optional<String> trouble = trouble(INSTALL, INSTALL_SECONDS);
      if (trouble.isEmpty()) {
        Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
      }
      return trouble.map(why -> "npm could not install the JavaScript packages: " + why);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> trouble(List<String> command, long seconds) {
    Path output = folder.resolve(command.get(0) + ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
        return Optional.of("no end after " + seconds + " s: " + tail(output));
      }
      return process.exitValue() == 0
          ? Optional.empty()
          : Optional.of("exit code " + process.exitValue() + ": " + tail(output));
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
  }

  private static String tail(Path output) throws IOException {
    String told = Files.readString(output).strip();
    return told.substring(Math.max(0, told.length() - TOLD_MAX));
  }
}
