package dev.usernameregistry.examples.bench.frame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The JavaScript implementation, installed with npm from our lock file into a scratch folder. */
public final class Reference {
  private static final List<String> FILES =
      List.of(
          "package.json",
          "package-lock.json",
          "commands.mjs",
          "registry-bench.mjs",
          "swarm-peer.mjs",
          "udx-peer.mjs");
  private static final String RESOURCES = "/dev/usernameregistry/examples/bench/";
  private static final List<String> VERSION = List.of("node", "--version");
  private static final List<String> INSTALL =
      List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline");
  private static final long INSTALL_SECONDS = 300;
  private static final long VERSION_SECONDS = 20;

  private final Path folder;
  private final String node;

  private Reference(Path folder, String node) {
    this.folder = folder;
    this.node = node;
  }

  /**
   * Installs it; takes a while, and the network if npm has not kept the packages.
   *
   * @throws IOException saying what is missing
   */
  public static Reference install(Scratch scratch, Children children)
      throws IOException, InterruptedException {
    Path folder = scratch.newFolder("reference");
    for (String file : FILES) {
      try (InputStream in = Reference.class.getResourceAsStream(RESOURCES + file)) {
        if (in == null) {
          throw new AssertionError(file + " is not on the class path");
        }
        Files.copy(in, folder.resolve(file));
      }
    }
    String node = children.run(folder, VERSION, VERSION_SECONDS);
    children.run(folder, INSTALL, INSTALL_SECONDS);
    return new Reference(folder, node);
  }

  /** Starts one of the scripts. */
  public Child start(Children children, String script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(Arrays.asList(arguments));
    return children.start(new ProcessBuilder(command).directory(folder.toFile()));
  }

  /** Starts one of the scripts, which can have garbage collected when it wants. */
  public Child startWithCollector(Children children, String script, String argument)
      throws IOException {
    return children.start(
        new ProcessBuilder("node", "--expose-gc", script, argument).directory(folder.toFile()));
  }

  /** Returns the versions of Node.js and of the packages that we name. */
  public Map<String, String> versions() throws IOException {
    Map<String, String> versions = new TreeMap<>();
    versions.put("node", node);
    JsonNode named =
        new ObjectMapper()
            .readTree(Files.readAllBytes(folder.resolve("package.json")))
            .path("dependencies");
    named.properties().forEach(entry -> versions.put(entry.getKey(), entry.getValue().asText()));
    return versions;
  }
}
