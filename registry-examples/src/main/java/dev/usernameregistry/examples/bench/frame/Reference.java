package dev.usernameregistry.examples.bench.frame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The JavaScript implementation, installed with npm from our lock file into a temporary folder,
 * which is removed at the end.
 */
public final class Reference implements AutoCloseable {
  private static final List<String> FILES =
      List.of(
          "package.json", "package-lock.json", "commands.mjs", "swarm-peer.mjs", "udx-peer.mjs");
  private static final String RESOURCES = "/dev/usernameregistry/examples/bench/";
  private static final List<String> INSTALL =
      List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
  private static final long INSTALL_SECONDS = 300;
  private static final long VERSION_SECONDS = 20;
  private static final int TOLD_MAX = 1000;

  private final Path folder;

  private Reference(Path folder) {
    this.folder = folder;
  }

  /**
   * Installs it; takes a while, and the network if npm has not kept the packages.
   *
   * @throws IOException saying what is missing
   */
  public static Reference install() throws IOException, InterruptedException {
    Reference reference = new Reference(Files.createTempDirectory("username-registry-bench"));
    try {
      reference.prepare();
      return reference;
    } catch (IOException | InterruptedException | RuntimeException e) {
      reference.close();
      throw e;
    }
  }

  private void prepare() throws IOException, InterruptedException {
    for (String file : FILES) {
      try (InputStream in = Reference.class.getResourceAsStream(RESOURCES + file)) {
        if (in == null) {
          throw new AssertionError(file + " is not on the class path");
        }
        Files.copy(in, folder.resolve(file));
      }
    }
    run(List.of("node", "--version"), VERSION_SECONDS);
    run(INSTALL, INSTALL_SECONDS);
  }

  /** Starts one of the scripts. */
  public Child start(Children children, String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(Arrays.asList(arguments));
    return children.start(new ProcessBuilder(command).directory(folder.toFile()));
  }

  /** Returns a new folder within, for what a script stores. */
  public Path newFolder() throws IOException {
    return Files.createTempDirectory(folder, "store");
  }

  /** Returns the versions of Node.js and of the packages that we name. */
  public Map<String, String> versions() throws IOException, InterruptedException {
    Map<String, String> versions = new TreeMap<>();
    versions.put("node", run(List.of("node", "--version"), VERSION_SECONDS));
    JsonNode named =
        new ObjectMapper()
            .readTree(Files.readAllBytes(folder.resolve("package.json")))
            .path("dependencies");
    named.properties().forEach(entry -> versions.put(entry.getKey(), entry.getValue().asText()));
    return versions;
  }

  private String run(List<String> command, long seconds) throws IOException, InterruptedException {
    Path output = folder.resolve(command.get(0) + ".log");
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
      process.destroyForcibly();
    }
    String told = Files.readString(output).strip();
    if (!ended || process.exitValue() != 0) {
      throw new IOException(
          String.join(" ", command)
              + (ended ? " failed: " : " had not ended after " + seconds + " s: ")
              + told.substring(Math.max(0, told.length() - TOLD_MAX)));
    }
    return told;
  }

  /** Removes the folder. */
  @Override
  public void close() {
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " could not be removed", e);
    }
  }
}
