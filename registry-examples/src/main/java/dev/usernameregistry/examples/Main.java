package dev.usernameregistry.examples;

import dev.usernameregistry.examples.bench.BenchCommand;
import dev.usernameregistry.examples.demo.DemoCommand;
import dev.usernameregistry.examples.doctor.DoctorCommand;
import dev.usernameregistry.examples.shell.ShellCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The one entry point of {@code registry.jar}; each program is a subcommand. */
@Command(
    name = "registry",
    description = "A username registry without a server.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      ShellCommand.class,
      BootstrapCommand.class,
      DoctorCommand.class,
      BenchCommand.class
    })
public final class Main {
  private Main() {}

  /** Runs the program that {@code arguments} name, and exits with its code. */
  public static void main(String[] arguments) {
    // From Java 22 to 24 a console is given also where there is no terminal, unless told so.
    System.setProperty("jdk.console", "java.base");
    System.exit(run(arguments));
  }

  /** Returns the exit code: 0 if all went well, 1 if not, 2 if the arguments make no sense. */
  static int run(String... arguments) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(new OneLineOfBlame())
        .execute(arguments);
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
