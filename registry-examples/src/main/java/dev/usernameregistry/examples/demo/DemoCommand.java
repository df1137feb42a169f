package dev.usernameregistry.examples.demo;

import dev.usernameregistry.RegistryException;
import dev.usernameregistry.examples.terminal.Address;
import dev.usernameregistry.examples.terminal.Ending;
import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.examples.terminal.LogLines;
import dev.usernameregistry.examples.terminal.StandardOutput;
import dev.usernameregistry.net.LocalDht;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The demo's options, and the temporary folder and DHT that it plays in. */
@Command(
    name = "demo",
    header = "Plays users who find each other on a topic and register names.",
    description = {
      "Three of them see each other's names and are refused duplicates: on real sockets and disks of this"
          + " machine, and on a DHT of the demo's own unless another is named."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {
      "",
      "Exit code: 0 only if everything came out as it must, 1 if not, 2 if the options",
      "make no sense; 130 after Ctrl-C, 143 after SIGTERM."
    })
public final class DemoCommand implements Callable<Integer> {

  @Option(names = "--simple", description = "play the short piece, with two users")
  private boolean simple;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      converter = Address.NodeConverter.class,
      description = "play on the DHT that the node at HOST:PORT belongs to; may be repeated")
  private List<Address> bootstrap = new ArrayList<>();

  @Option(names = "--verbose", description = "tell on stderr what happens inside")
  private boolean verbose;

  @Override
  public Integer call() throws IOException {
    if (verbose) {
      LogLines.tellAll();
    }
    Stage stage = new Stage(System.out, StandardOutput.ink());
    try {
      if (!bootstrap.isEmpty()) {
        return play(stage, bootstrap);
      }
      try (LocalDht dht = LocalDht.start()) {
        InetSocketAddress entry = dht.bootstrap();
        stage.tell("A DHT of " + dht.nodes().size() + " nodes runs in this process.");
        return play(stage, List.of(new Address(entry.getHostString(), entry.getPort())));
      }
    } catch (RegistryException | IOException | UncheckedIOException e) {
      System.err.println("registry demo: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private int play(Stage stage, List<Address> nodes) throws IOException {
    Topic topic = Topic.random(new SecureRandom());
    Entrance entrance = Entrance.by(nodes).lookedUp();
    if (entrance.isHopeless()) {
      throw new IOException(entrance.silence() + "; " + entrance.doctor());
    }
    stage.tell("The topic is " + topic.hex() + ", the way in " + entrance.shown() + ".");
    TemporaryFolder folder = new TemporaryFolder("username-registry-demo");
    Demo demo = new Demo(stage, folder::resolve, () -> swarm(topic, nodes), entrance);
    Ending ending =
        Ending.with(
            "demo",
            () -> {
              demo.part();
              folder.close();
            });
    try {
      return demo.play(cast()) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    } catch (IllegalStateException e) {
      if (!ending.begun()) {
        throw e;
      }
      return CommandLine.ExitCode.SOFTWARE; // told to end in the middle of the play
    } finally {
      ending.close();
    }
  }

  private static Swarm swarm(Topic topic, List<Address> nodes) {
    Swarm swarm = Swarm.onTopic(topic).port(0);
    nodes.forEach(node -> swarm.bootstrap(node.host(), node.port()));
    return swarm;
  }

  private List<Role> cast() {
    Role alice = new Role("Alice", "alice_smith", "Oslo");
    Role bob = new Role("Bob", "bob_jones", "Lima");
    Role charlie = new Role("Charlie", "charlie_brown", "Kyoto");
    return simple ? List.of(alice, bob) : List.of(alice, bob, charlie);
  }
}
