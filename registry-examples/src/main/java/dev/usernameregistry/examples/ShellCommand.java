package dev.usernameregistry.examples;

import dev.usernameregistry.RegistryBuilder;
import dev.usernameregistry.RegistryException;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.storage.Durability;
import dev.usernameregistry.storage.RocksStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The shell's options, and its life from opening the registry to closing it. */
@Command(
    name = "shell",
    description = "Opens a registry and does what you type, or what a program writes to it.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Type help for the commands. The end of input quits, and so does SIGTERM.",
      "Exit code: 0 if all went well, 1 if the registry could not be opened or",
      "closed, 2 if the options make no sense."
    })
final class ShellCommand implements Callable<Integer> {

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "what you are called in your registrations (your account's name)")
  private String name = System.getProperty("user.name", "");

  @ArgGroup(multiplicity = "1")
  private Place place = new Place();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      converter = Address.Converter.class,
      description = "where others can connect to you; port 0 is any free one")
  private @Nullable Address listen;

  @Option(
      names = "--connect",
      paramLabel = "HOST:PORT",
      converter = Address.Converter.class,
      description = "a peer to connect to, and to come back to; may be repeated")
  private List<Address> connect = new ArrayList<>();

  @Option(
      names = "--durability",
      paramLabel = "sync|buffered",
      description =
          "what a registration on disk survives: sync a power failure, buffered the end of the"
              + " process (sync)")
  private Durability durability = Durability.SYNC;

  @Option(
      names = "--json",
      description = "answer in JSON, one object a line, each with a field 'event'")
  private boolean json;

  @Option(names = "--verbose", description = "tell on stderr what happens inside")
  private boolean verbose;

  /** Where the registry is kept. */
  static final class Place {
    @Option(names = "--store", paramLabel = "DIR", description = "keep the registry in this folder")
    private @Nullable Path folder;

    @Option(names = "--memory", description = "keep the registry in memory; it ends with the shell")
    private boolean memory;
  }

  @Override
  public Integer call() {
    if (verbose) {
      System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
    }
    try {
      UsernameRegistry registry = options().open();
      return converse(registry);
    } catch (RegistryException e) {
      complain(e);
      return CommandLine.ExitCode.SOFTWARE;
    } catch (IllegalArgumentException e) {
      complain(e);
      return CommandLine.ExitCode.USAGE;
    }
  }

  private RegistryBuilder options() {
    RegistryBuilder options = UsernameRegistry.builder().registeredBy(name);
    if (place.folder != null && !place.memory) {
      options.storage(RocksStorage.at(place.folder).durability(durability));
    }
    if (listen != null || !connect.isEmpty()) {
      options.network(Tcp.network(listen, connect));
    }
    return options;
  }

  private int converse(UsernameRegistry registry) {
    try (Conversation talk = conversation(registry)) {
      Answers answers = talk.answers();
      Ending ending = new Ending(registry, answers);
      Runtime.getRuntime().addShutdownHook(new Thread(ending, "shell-ending"));
      Signals.register("TERM", () -> System.exit(0));
      answers.ready(registry.key(), registry.listening());
      try {
        News.tell(registry, answers);
        Shell shell = new Shell(registry, answers);
        String line = talk.nextLine();
        while (line != null && shell.carryOut(line)) {
          line = talk.nextLine();
        }
      } catch (IllegalStateException e) {
        if (!ending.begun.get()) {
          throw e;
        }
        // told to end in the middle of a command, which found the registry closed
      } finally {
        ending.run();
      }
      return 0;
    }
  }

  private Conversation conversation(UsernameRegistry registry) {
    if (json) {
      return Conversation.inJson();
    }
    return Conversation.atTerminal()
        ? new TerminalConversation(registry, name)
        : Conversation.plain();
  }

  private void complain(RuntimeException trouble) {
    String message = String.valueOf(trouble.getMessage());
    if (json) {
      new JsonAnswers(System.out).error(message);
    }
    System.err.println("registry shell: " + message);
  }

  /** Closes the registry once: when the user leaves, or when the process is told to end. */
  private static final class Ending implements Runnable {
    private final UsernameRegistry registry;
    private final Answers answers;
    private final AtomicBoolean begun = new AtomicBoolean();

    Ending(UsernameRegistry registry, Answers answers) {
      this.registry = registry;
      this.answers = answers;
    }

    @Override
    public synchronized void run() {
      if (begun.compareAndSet(false, true)) {
        registry.close();
        answers.closed();
      }
    }
  }
}
