package dev.usernameregistry.examples;

import dev.usernameregistry.RegistryException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The demo's options, and the temporary folder that it plays in. */
@Command(
    name = "demo",
    description =
        "Plays three users who register names, see each other's and are refused duplicates, on"
            + " real sockets and disks of this machine.",
    mixinStandardHelpOptions = true,
    footer = {"", "Exit code: 0 only if everything came out as it must."})
final class DemoCommand implements Callable<Integer> {

  @Option(names = "--simple", description = "play the short piece, with two users")
  private boolean simple;

  @Option(names = "--verbose", description = "tell on stderr what happens inside")
  private boolean verbose;

  @Override
  public Integer call() throws IOException {
    if (verbose) {
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
    }
    Ink ink = Ink.of(Conversation.outputCharset(), Conversation.atTerminal());
    Path folder = Files.createTempDirectory("username-registry-demo");
    try {
      return new Demo(new Stage(System.out, ink), folder).play(cast()) ? 0 : 1;
    } catch (RegistryException e) {
      System.err.println("registry demo: " + e.getMessage());
      return 1;
    } finally {
      remove(folder);
    }
  }

  private List<Role> cast() {
    Role alice = new Role("Alice", "alice_smith", "Oslo");
    Role bob = new Role("Bob", "bob_jones", "Lima");
    Role charlie = new Role("Charlie", "charlie_brown", "Kyoto");
    return simple ? List.of(alice, bob) : List.of(alice, bob, charlie);
  }

  private static void remove(Path folder) throws IOException {
    List<Path> paths;
    try (Stream<Path> found = Files.walk(folder)) {
      paths = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
