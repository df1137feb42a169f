package dev.usernameregistry.examples;

import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.examples.terminal.Programs;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Tells in one line what is wrong with the arguments and where help is; to a program that asked for
 * JSON also as an event.
 */
final class OneLineOfBlame implements IParameterExceptionHandler {

  /** What picocli says, and what people are told instead. */
  private static final List<Wording> WORDINGS =
      List.of(
          new Wording(
              "Invalid value for option '([^']+)'.*: '.*' is not a boolean", "$1 takes no value"),
          new Wording(
              "Invalid value for option '([^']+)'.*: '(.*)' is not an? (?:int|long)",
              "$1: '$2' is not a whole number"),
          new Wording("Invalid value for option '([^']+)'(?: \\([^)]*\\))?: (.*)", "$1: $2"),
          new Wording(
              "Missing required parameter for option '([^']+)' \\((.*)\\)",
              "$1 needs a value: $1 $2"),
          new Wording(
              "Missing required argument \\(specify one of these\\): \\((.*)\\)",
              "one of these is needed: $1"),
          new Wording(
              "(.*) are mutually exclusive \\(specify only one\\)",
              "only one of these can be given: $1"),
          new Wording(
              "expected only one match but got (\\(.*?\\))=.*",
              "only one of these can be given, and once: $1"),
          new Wording("option '([^']+)'.* should be specified only once", "$1 is there twice"));

  @Override
  public int handleParseException(ParameterException blame, String[] arguments) {
    CommandLine command = blame.getCommandLine();
    String called = command.getCommandSpec().qualifiedName();
    String program = called.replace(Programs.JAR, "registry");
    String message =
        blame instanceof UnmatchedArgumentException unknown
            ? unknown(unknown)
            : reworded(String.valueOf(blame.getMessage()));
    if (Arrays.asList(arguments).contains("--json")) {
      new JsonLines(System.out).say(JsonLines.error(ErrorCode.BAD_OPTIONS, message));
    }
    System.err.println(program + ": " + message + " (" + called + " --help says more)");
    return CommandLine.ExitCode.USAGE;
  }

  private static String unknown(UnmatchedArgumentException blame) {
    String first = blame.getUnmatched().get(0);
    if (blame.isUnknownOption()) {
      List<String> near = blame.getSuggestions();
      String meant = near.isEmpty() ? "" : "; did you mean " + near.get(0) + "?";
      return "there is no option " + first + meant;
    }
    if (first.equals("help")) {
      return "there is no program 'help'; did you mean --help?";
    }
    Set<String> programs = blame.getCommandLine().getSubcommands().keySet();
    return programs.isEmpty()
        ? "'" + first + "' belongs to no option; a value with blanks needs quotes around it"
        : "there is no program '" + first + "'; there are " + String.join(", ", programs);
  }

  private static String reworded(String message) {
    String line = message.replaceAll("\\R\\s*", " ").replaceFirst("^Error: ", "");
    return WORDINGS.stream()
        .filter(wording -> line.matches(wording.theirs()))
        .findFirst()
        .map(wording -> line.replaceFirst(wording.theirs(), wording.ours()))
        .orElse(line);
  }

  /**
   * One kind of message.
   *
   * @param theirs matches the whole of it
   * @param ours refers to groups of that
   */
  private record Wording(String theirs, String ours) {}
}
