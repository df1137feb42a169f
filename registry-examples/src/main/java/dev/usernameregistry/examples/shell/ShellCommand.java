package dev.usernameregistry.examples.shell;

import dev.usernameregistry.RegistryBuilder;
import dev.usernameregistry.RegistryException;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.examples.terminal.Address;
import dev.usernameregistry.examples.terminal.Encoding;
import dev.usernameregistry.examples.terminal.Ending;
import dev.usernameregistry.examples.terminal.Entrance;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.examples.terminal.LogLines;
import dev.usernameregistry.examples.terminal.PathConverter;
import dev.usernameregistry.examples.terminal.Programs;
import dev.usernameregistry.examples.terminal.StandardOutput;
import dev.usernameregistry.examples.terminal.TopicOptions;
import dev.usernameregistry.net.Swarm;
import dev.usernameregistry.net.TcpNetwork;
import dev.usernameregistry.net.Topic;
import dev.usernameregistry.storage.Durability;
import dev.usernameregistry.storage.RocksStorage;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The shell's options, and its life from opening the registry to closing it. */
@Command(
    name = "shell",
    header = "Opens a registry and does what you, or a program, type.",
    customSynopsis = Programs.JAR + " shell (--store=DIR | --memory) [OPTIONS]",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Type help for the commands. The end of input quits, and so do Ctrl-C and",
      "SIGTERM. What is typed at a terminal is kept in ~/"
          + TerminalConversation.HISTORY_FILE
          + ".",
      "Exit code: 0 if it was open and has left, however it was told to; 1 if the",
      "registry could not be opened or closed, 2 if the options make no sense."
    })
public final class ShellCommand implements Callable<Integer> {
  /** How long people see nothing until they are told what is waited for. */
  private static final Duration UNNOTICED = Duration.ofMillis(400);

  /** How long a command that is under way at the end has before the registry is closed. */
  private static final Duration LAST_COMMAND = Duration.ofMillis(500);

  /** How long the answer to a command that was under way at the end may take. */
  private static final Duration LAST_ANSWER = Duration.ofSeconds(5);

  @Option(
      names = "--name",
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "what you are called in your registrations (your account's name)")
  private String name = accountName(System.getProperty("user.name", ""));

  @ArgGroup(multiplicity = "1")
  private Place place = new Place();

  @Mixin private TopicOptions meeting = new TopicOptions();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = Address.Converter.class,
      description = "without a topic: where others can connect over TCP; port 0 is any free one")
  private @Nullable Address listen;

  @Option(
      names = "--connect",
      paramLabel = "HOST:PORT",
      converter = Address.PeerConverter.class,
      description =
          "without a topic: a peer to connect to over TCP, and to come back to; may be repeated")
  private List<Address> connect = new ArrayList<>();

  @Option(
      names = "--durability",
      paramLabel = "sync|buffered",
      converter = DurabilityConverter.class,
      description =
          "what a registration on disk survives: sync a power failure, buffered the end of the"
              + " process (sync)")
  private @Nullable Durability durability;

  @Option(
      names = "--json",
      description = "answer in JSON, one object a line, each with a field 'event'")
  private boolean json;

  @Option(names = "--verbose", description = "tell on stderr what happens inside")
  private boolean verbose;

  /**
   * Reads a name. One that is blank, as a script's unset variable leaves it, would make its user
   * nobody in records that cannot be unwritten.
   */
  static final class NameConverter implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (text.isBlank()) {
        throw new TypeConversionException("the name is empty; without --name it is your account's");
      }
      return text;
    }
  }

  /** Reads what {@code --durability} takes. */
  static final class DurabilityConverter implements ITypeConverter<Durability> {
    @Override
    public Durability convert(String text) {
      return Arrays.stream(Durability.values())
          .filter(one -> one.name().equalsIgnoreCase(text))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException("it is sync or buffered, not '" + text + "'"));
    }
  }

  /** Where the registry is kept. */
  static final class Place {
    @Option(
        names = "--store",
        paramLabel = "DIR",
        converter = PathConverter.class,
        description = "keep the registry in this folder")
    private @Nullable Path folder;

    @Option(names = "--memory", description = "keep the registry in memory; it ends with the shell")
    private boolean memory;
  }

  @Override
  public Integer call() {
    if (verbose) {
      LogLines.tellAll();
    }
    try {
      List<Topic> topics = meeting.topics();
      requireWholeName();
      requireOneNetwork();
      requireDisk();
      Optional<Swarm> swarm =
          topics.isEmpty() ? Optional.empty() : Optional.of(meeting.swarm(topics));
      DialNews dialNews = new DialNews();
      Optional<TcpNetwork> tcp =
          listen == null && connect.isEmpty()
              ? Optional.empty()
              : Optional.of(Tcp.network(listen, connect, dialNews::heard));
      RegistryBuilder options = options();
      swarm.ifPresent(options::network);
      tcp.ifPresent(options::network);
      return converse(options.open(), topics, swarm, tcp, dialNews);
    } catch (RegistryException e) {
      complain(Codes.of(e), e);
      return CommandLine.ExitCode.SOFTWARE;
    } catch (IllegalArgumentException e) {
      complain(ErrorCode.BAD_OPTIONS, e);
      return CommandLine.ExitCode.USAGE;
    }
  }

  /**
   * Returns what an account is called; nothing if it has no name, as that of a container may, which
   * Java calls "?".
   */
  static String accountName(String toldByJava) {
    return toldByJava.equals("?") ? "" : toldByJava;
  }

  private void requireWholeName() {
    if (Encoding.damaged(name)) {
      throw new IllegalArgumentException(
          Encoding.lacks(Encoding.ofInput(), "your name, --name or your account's,"));
    }
  }

  private void requireOneNetwork() {
    boolean overTcp = listen != null || !connect.isEmpty();
    if (meeting.haveTopic() && overTcp) {
      throw new IllegalArgumentException(
          "--listen and --connect are for peers without a topic; with one, peers find each other:"
              + " leave them out");
    }
    if (!meeting.haveTopic() && meeting.haveDht()) {
      throw new IllegalArgumentException(
          "--bootstrap, --dht-port and --relay-through need a topic to meet on: add --topic or"
              + " --package-json");
    }
  }

  private void requireDisk() {
    if (durability != null && place.memory) {
      throw new IllegalArgumentException(
          "--durability is for a registry on disk: add --store instead of --memory");
    }
  }

  private RegistryBuilder options() {
    RegistryBuilder options =
        UsernameRegistry.builder().registeredBy(name).syncTimeout(Shell.PEERS_WAIT);
    if (place.folder != null && !place.memory) {
      options.storage(
          RocksStorage.at(place.folder)
              .durability(durability == null ? Durability.SYNC : durability));
    }
    return options;
  }

  private int converse(
      UsernameRegistry registry,
      List<Topic> topics,
      Optional<Swarm> swarm,
      Optional<TcpNetwork> tcp,
      DialNews dialNews) {
    try (Conversation talk = conversation(registry)) {
      Answers answers = talk.answers();
      Optional<Supplier<SwarmStanding>> swarmStanding = swarm.map(this::standing);
      Optional<SwarmNews> news = swarmStanding.map(each -> new SwarmNews(each, answers::swarm));
      Supplier<Standing> standing =
          () ->
              Standing.of(
                  registry,
                  tcp.map(TcpNetwork::dials).orElse(List.of()),
                  swarmStanding.map(Supplier::get));
      Shell shell = new Shell(registry, standing, answers, later());
      Ending ending =
          Ending.with(
                  "shell",
                  () -> {
                    news.ifPresent(SwarmNews::close);
                    dialNews.close();
                    shell.close(LAST_COMMAND, LAST_ANSWER);
                    answers.closed();
                  })
              .asUsual();
      talk.whenInterrupted(ending::leave);
      answers.ready(registry.key(), registry.listening(), topics, swarm.map(Swarm::status));
      news.ifPresent(SwarmNews::begin);
      dialNews.begin(answers::dial);
      try {
        News.tell(registry, answers);
        carryOutAll(shell, talk);
      } catch (UncheckedIOException e) {
        answers.error(ErrorCode.FAILED, String.valueOf(e.getMessage()));
        return CommandLine.ExitCode.SOFTWARE;
      } catch (IllegalStateException e) {
        if (!ending.begun()) {
          throw e;
        }
        // told to end in the middle of a command, which found the registry closed
      } finally {
        ending.close();
      }
      return CommandLine.ExitCode.OK;
    }
  }

  /** Returns what runs a task when people begin to wonder at silence; programs never do. */
  private Executor later() {
    return json
        ? telling -> {}
        : CompletableFuture.delayedExecutor(UNNOTICED.toMillis(), TimeUnit.MILLISECONDS);
  }

  private Supplier<SwarmStanding> standing(Swarm swarm) {
    Entrance entrance = Entrance.by(meeting.bootstrap());
    return () -> SwarmStanding.of(swarm.status(), entrance);
  }

  private static void carryOutAll(Shell shell, Conversation talk) {
    String line = talk.nextLine();
    while (line != null && shell.carryOut(line)) {
      line = talk.nextLine();
    }
  }

  private Conversation conversation(UsernameRegistry registry) {
    if (json) {
      return Conversation.inJson();
    }
    return StandardOutput.isTerminal()
        ? new TerminalConversation(registry, name)
        : Conversation.plain();
  }

  private void complain(ErrorCode code, RuntimeException trouble) {
    String message = String.valueOf(trouble.getMessage());
    if (json) {
      new JsonAnswers(System.out).error(code, message);
    }
    System.err.println("registry shell: " + message);
  }
}
