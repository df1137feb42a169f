package dev.usernameregistry.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.UsernameRegistry;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README says of the programming interface, as far as a program can compare it. */
final class ReadmeTest {
  private static final String TABLE = "| call | returns |";
  private static final Pattern CALL = Pattern.compile("`(\\w+)\\(");

  @Test
  void theTableOfCallsHasEveryMethodOfTheRegistryAndNoOther() throws IOException {
    Set<String> methods =
        Arrays.stream(UsernameRegistry.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    methods.remove("toString");
    methods.add("open"); // of the builder

    assertThat(callsInTheTable()).isEqualTo(methods);
  }

  /** Returns the calls in the first column. */
  private static Set<String> callsInTheTable() throws IOException {
    return Files.readAllLines(Path.of("..", "README.md")).stream()
        .dropWhile(line -> !line.startsWith(TABLE))
        .takeWhile(line -> !line.isEmpty())
        .map(line -> line.split("\\|", -1)[1])
        .flatMap(cell -> CALL.matcher(cell).results())
        .map((MatchResult call) -> call.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
