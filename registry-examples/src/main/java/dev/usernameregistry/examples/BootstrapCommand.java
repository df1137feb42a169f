package dev.usernameregistry.examples;

import static dev.usernameregistry.examples.terminal.JsonLines.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.examples.terminal.Address;
import dev.usernameregistry.examples.terminal.Ending;
import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.examples.terminal.OwnAddress;
import dev.usernameregistry.examples.terminal.StandardOutput;
import dev.usernameregistry.net.LocalDht;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the nodes that others enter a DHT through.
 *
 * <p>With {@code --json} it writes two lines: {@code ready} with {@code host} and {@code port} of
 * the node to enter through and {@code nodes} (host, port) of all; and at the end {@code closed}.
 * If it cannot start it writes {@code error} with a {@code code} and a {@code message}.
 */
@Command(
    name = "bootstrap",
    header = "Runs the first nodes of a DHT of your own.",
    description =
        "Others enter it through them: in a private network, for tests, or on machines without"
            + " internet.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    abbreviateSynopsis = true,
    footer = {
      "",
      "Runs until Ctrl-C or SIGTERM. The others then use --bootstrap HOST:PORT.",
      "Exit code: 0 if it ran and was told to end, 1 if an address could not be used,",
      "2 if the options make no sense."
    })
final class BootstrapCommand implements Callable<Integer> {
  private static final String PORT_DEFAULT = "49737";
  private static final int NODES_MIN_ALONE = 4;
  private static final int NODES_MAX = 100;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "the IPv4 address of this machine by which others reach the nodes (${DEFAULT-VALUE}: only"
              + " others on this machine do)")
  private String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Address.PortConverter.class,
      defaultValue = PORT_DEFAULT,
      description = "the UDP port of the first node (${DEFAULT-VALUE}); 0 is any free one")
  private int port;

  @Option(
      names = "--nodes",
      paramLabel = "COUNT",
      description =
          "how many, up to 100 (${DEFAULT-VALUE}); at least 4 without --bootstrap: fewer cannot"
              + " introduce peers to each other")
  private int nodes = LocalDht.NODES_DEFAULT;

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      converter = Address.NodeConverter.class,
      description =
          "add the nodes to the DHT that the node at HOST:PORT belongs to; may be repeated")
  private List<Address> bootstrap = new ArrayList<>();

  @Option(
      names = "--json",
      description =
          "say where the nodes are in JSON, on one line, and at the end that they are gone")
  private boolean json;

  @Option(
      names = "--stdin",
      description = "also end at the end of input, for a program that starts this one")
  private boolean untilInputEnds;

  private final JsonLines lines = new JsonLines(System.out);
  private final Ink ink = StandardOutput.ink();

  @Override
  public Integer call() {
    try {
      requireNodes();
      InetAddress own = OwnAddress.named(host);
      Entrance entrance = Entrance.by(bootstrap).lookedUp();
      if (entrance.isHopeless()) {
        throw new IOException(entrance.trouble());
      }
      if (!json) {
        System.out.println(
            ink.faint("starting " + nodes + (nodes == 1 ? " node ..." : " nodes ...")));
      }
      return runUntilToldToEnd(start(new InetSocketAddress(own, port)));
    } catch (IOException e) {
      String dht =
          bootstrap.isEmpty() ? "run" : "join the DHT at " + Entrance.by(bootstrap).shown();
      complain(
          e instanceof BindException ? ErrorCode.CANNOT_LISTEN : ErrorCode.FAILED,
          "nodes at " + new Address(host, port) + " cannot " + dht + ": " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    } catch (IllegalArgumentException e) {
      complain(ErrorCode.BAD_OPTIONS, String.valueOf(e.getMessage()));
      return CommandLine.ExitCode.USAGE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CommandLine.ExitCode.SOFTWARE;
    }
  }

  private void requireNodes() {
    int nodesMin = bootstrap.isEmpty() ? NODES_MIN_ALONE : 1;
    if (nodes < nodesMin || nodes > NODES_MAX) {
      String why = bootstrap.isEmpty() ? " (from 1 with --bootstrap)" : "";
      throw new IllegalArgumentException(
          "--nodes takes from " + nodesMin + " to " + NODES_MAX + why + ", got " + nodes);
    }
  }

  private LocalDht start(InetSocketAddress first) throws IOException {
    if (bootstrap.isEmpty()) {
      return LocalDht.start(first, nodes);
    }
    List<InetSocketAddress> entry =
        bootstrap.stream()
            .map(node -> InetSocketAddress.createUnresolved(node.host(), node.port()))
            .toList();
    return LocalDht.join(first, nodes, entry);
  }

  private int runUntilToldToEnd(LocalDht dht) throws IOException, InterruptedException {
    Ending ending = Ending.with("bootstrap", () -> end(dht)).asUsual();
    try {
      tell(dht);
      if (untilInputEnds) {
        System.in.transferTo(OutputStream.nullOutputStream());
      } else {
        new CountDownLatch(1).await(); // until the process is told to end
      }
      return CommandLine.ExitCode.OK;
    } finally {
      ending.close();
    }
  }

  private void tell(LocalDht dht) {
    if (json) {
      ObjectNode said = event("ready").setAll(JsonLines.address(dht.bootstrap()));
      ArrayNode all = said.putArray("nodes");
      dht.nodes().forEach(node -> all.add(JsonLines.address(node)));
      lines.say(said);
      return;
    }
    String all = dht.nodes().stream().map(BootstrapCommand::shown).collect(Collectors.joining(" "));
    System.out.println(ink.good("a DHT of " + dht.nodes().size() + " nodes is ready: " + all));
    System.out.println("Others enter it with --bootstrap " + shown(dht.bootstrap()));
    System.out.println(ink.faint("Ctrl-C ends it"));
  }

  private void end(LocalDht dht) {
    dht.close();
    if (json) {
      lines.say(event("closed"));
    } else {
      System.out.println(ink.faint("closed"));
    }
  }

  private void complain(ErrorCode code, String message) {
    if (json) {
      lines.say(JsonLines.error(code, message));
    }
    System.err.println("registry bootstrap: " + message);
  }

  private static String shown(InetSocketAddress address) {
    return new Address(address.getHostString(), address.getPort()).toString();
  }
}
