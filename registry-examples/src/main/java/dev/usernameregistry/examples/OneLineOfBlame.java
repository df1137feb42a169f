package dev.usernameregistry.examples;

import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.examples.terminal.Programs;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/**
 * Tells in one line what is wrong with the arguments and where help is; to a program that asked for
 * JSON also as an event.
 */
final class OneLineOfBlame implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException blame, String[] arguments) {
    CommandLine command = blame.getCommandLine();
    String called = command.getCommandSpec().qualifiedName();
    String program = called.replace(Programs.JAR, "registry");
    String message =
        String.valueOf(blame.getMessage())
            .replaceAll("\\R\\s*", " ")
            .replaceFirst("^Error: ", "")
            .replaceFirst("is not an? (int|long)$", "is not a whole number");
    if (Arrays.asList(arguments).contains("--json")) {
      new JsonLines(System.out).say(JsonLines.event("error").put("message", message));
    }
    System.err.println(program + ": " + message + " (" + called + " --help says more)");
    return CommandLine.ExitCode.USAGE;
  }
}
