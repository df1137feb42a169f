package dev.usernameregistry.examples;

import dev.usernameregistry.examples.bench.BenchCommand;
import dev.usernameregistry.examples.demo.DemoCommand;
import dev.usernameregistry.examples.doctor.DoctorCommand;
import dev.usernameregistry.examples.shell.ShellCommand;
import dev.usernameregistry.examples.terminal.Programs;
import dev.usernameregistry.examples.terminal.StandardOutput;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one entry point of {@code registry.jar}; each program is a subcommand. */
@Command(
    name = Programs.JAR,
    header = "A username registry without a server.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      Programs.JAR + " COMMAND --help says more; demo is a good start.",
      "Exit code of all: 0 if it did what it is for, 1 if not, 2 if the options make",
      "no sense. Ctrl-C and SIGTERM end each cleanly: shell and bootstrap, which run",
      "until then, with 0; the others, before their result is there, with 130 and 143."
    },
    subcommands = {
      DemoCommand.class,
      ShellCommand.class,
      BootstrapCommand.class,
      DoctorCommand.class,
      BenchCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {
  private Main() {}

  /** Runs the program that {@code arguments} name, and exits with its code. */
  public static void main(String[] arguments) {
    // From Java 22 to 24 a console is given also where there is no terminal, unless told so.
    System.setProperty("jdk.console", "java.base");
    int code = run(System.out, arguments);
    Optional<String> trouble = StandardOutput.trouble();
    trouble.ifPresent(reason -> System.err.println("registry: " + reason));
    System.exit(code == 0 && trouble.isPresent() ? CommandLine.ExitCode.SOFTWARE : code);
  }

  /**
   * Returns the exit code: 0 if all went well, 1 if not, 2 if the arguments make no sense.
   *
   * @param out is told which programs there are, if no argument names one
   */
  static int run(PrintStream out, String... arguments) {
    CommandLine programs = programs();
    if (arguments.length == 0) {
      programs.usage(out);
      return CommandLine.ExitCode.USAGE;
    }
    return programs.setOut(new PrintWriter(out, true, StandardOutput.charset())).execute(arguments);
  }

  static CommandLine programs() {
    CommandLine programs =
        new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(new OneLineOfBlame());
    for (CommandLine program : programs.getSubcommands().values()) {
      program.getCommandSpec().versionProvider(new Version());
    }
    return programs;
  }

  /** Says which build this is. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"registry " + (version == null ? "(not packaged)" : version)};
    }
  }
}
