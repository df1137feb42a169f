package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.terminal.Ending;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.examples.terminal.StandardOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The benchmark's options. */
@Command(
    name = "bench",
    header = "Measures this library on this machine, JavaScript beside it.",
    description = {
      "Measures this library on this machine, and the JavaScript reference beside it in the same"
          + " run, by turns."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if every row could be measured, whether or not it is what it",
      "must be; 1 if not; 2 if the options make no sense."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int ROUNDS_DEFAULT = 3;
  private static final int ROUNDS_MAX = 1000;

  /** Rows about peers that find and reach each other. */
  private static final List<Workload.Kind> NET =
      List.of(IdleWorkload.kind(), JoinWorkload.kind(), UdxWorkload.kind());

  private static final List<Workload.Kind> ALL = NET;

  @Option(names = "--net", description = "only the rows about finding and reaching peers")
  private boolean net;

  @Option(
      names = "--rows",
      paramLabel = "ROW",
      split = ",",
      description = "only these rows, and those that are measured along with them")
  private List<String> rows = new ArrayList<>();

  @Option(
      names = "--vs-js",
      description = "install the JavaScript reference with npm and measure it too")
  private boolean versusJs;

  @Option(
      names = "--rounds",
      paramLabel = "COUNT",
      description = "how often everything is measured (3)")
  private int rounds = ROUNDS_DEFAULT;

  @Option(
      names = "--quick",
      description = "one round of as little as possible: says that all works, not how fast")
  private boolean quick;

  @Option(names = "--json", description = "tell in JSON, one object a line")
  private boolean json;

  private final JsonLines lines = new JsonLines(System.out);

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Workload.Kind> kinds;
    try {
      kinds = chosen();
    } catch (IllegalArgumentException e) {
      complain(String.valueOf(e.getMessage()));
      return CommandLine.ExitCode.USAGE;
    }
    Telling telling =
        json
            ? new JsonTelling(lines)
            : new TextTelling(System.out, System.err, StandardOutput.ink());
    Optional<Reference> reference = reference(telling);
    Children children = new Children();
    Ending ending =
        Ending.with(
            "bench",
            () -> {
              children.close();
              reference.ifPresent(Reference::close);
            });
    try {
      return run(kinds, telling, new Setting(quick ? 1 : rounds, quick, reference, children));
    } finally {
      ending.close();
    }
  }

  private int run(List<Workload.Kind> kinds, Telling telling, Setting setting)
      throws IOException, InterruptedException {
    Map<String, String> versions =
        setting.reference().isPresent() ? setting.reference().get().versions() : Map.of();
    Machine machine = Machine.here(versions);
    List<Result> results = new Bench(telling).run(kinds, setting);
    telling.results(machine, results);
    long expected = kinds.stream().mapToLong(kind -> kind.rows().size()).sum();
    return results.size() == expected ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private List<Workload.Kind> chosen() {
    if (rounds < 1 || rounds > ROUNDS_MAX) {
      throw new IllegalArgumentException(
          "--rounds takes from 1 to " + ROUNDS_MAX + ", got " + rounds);
    }
    Set<String> known =
        ALL.stream()
            .flatMap(kind -> kind.rows().stream())
            .map(Row::id)
            .collect(Collectors.toCollection(TreeSet::new));
    for (String row : rows) {
      if (!known.contains(row)) {
        throw new IllegalArgumentException(
            "there is no row '" + row + "'; there are " + String.join(", ", known));
      }
    }
    return (net ? NET : ALL)
        .stream()
            .filter(
                kind ->
                    rows.isEmpty() || kind.rows().stream().map(Row::id).anyMatch(rows::contains))
            .toList();
  }

  /** Returns the reference if it is wanted and can be had; says why if it cannot. */
  private Optional<Reference> reference(Telling telling) throws InterruptedException {
    if (!versusJs) {
      return Optional.empty();
    }
    telling.begins("installing the JavaScript reference with npm");
    try {
      return Optional.of(Reference.install());
    } catch (IOException e) {
      telling.failed(
          "JavaScript is not measured, it takes Node.js 20 or newer with npm",
          String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void complain(String message) {
    if (json) {
      lines.say(JsonLines.event("error").put("message", message));
    }
    System.err.println("registry bench: " + message);
  }
}
