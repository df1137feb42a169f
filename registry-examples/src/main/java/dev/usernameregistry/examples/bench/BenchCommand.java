package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.bench.frame.Children;
import dev.usernameregistry.examples.bench.frame.GrowthTable;
import dev.usernameregistry.examples.bench.frame.GrowthWork;
import dev.usernameregistry.examples.bench.frame.Load;
import dev.usernameregistry.examples.bench.frame.Reference;
import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Scratch;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Workload;
import dev.usernameregistry.examples.terminal.Ending;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.examples.terminal.PathConverter;
import dev.usernameregistry.examples.terminal.StandardOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The benchmark's options. */
@Command(
    name = "bench",
    header = "Measures this library on this machine, JavaScript beside it.",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Exit code: 0 if every row could be measured, whether or not it is what it",
      "must be; 1 if not; 2 if the options make no sense; 3 if --check found",
      "something slower."
    })
public final class BenchCommand implements Callable<Integer> {
  private static final int ROUNDS_DEFAULT = 3;
  private static final int ROUNDS_MAX = 1000;

  /** The exit code that says that something became slower. */
  private static final int SLOWER = 3;

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
      names = "--growth",
      description = "instead of rows: what ours costs as names and registries become more")
  private boolean growth;

  @Option(
      names = "--check",
      paramLabel = "FILE",
      converter = PathConverter.class,
      description =
          "compare with an earlier run, which was printed with --json into this file: what became"
              + " slower by more than 25 %%, as a part of what the machine could do in each run")
  private @Nullable Path check;

  @Option(
      names = "--rounds",
      paramLabel = "COUNT",
      description = "how often everything is measured (3)")
  private @Nullable Integer rounds;

  @Option(
      names = "--quick",
      description = "one round of as little as possible: says that all works, not how fast")
  private boolean quick;

  @Option(
      names = "--size",
      paramLabel = "FACTOR",
      description = "so many times as many names and registries (1)")
  private @Nullable Double size;

  @Option(
      names = "--text-bytes",
      paramLabel = "COUNT",
      description = "a text of so many bytes in each record, beside the registry's own fields (0)")
  private int textBytes;

  @Option(
      names = "--profile",
      paramLabel = "FOLDER",
      converter = PathConverter.class,
      description = "have each of our processes write a JFR recording into this folder")
  private @Nullable Path profile;

  @Option(names = "--json", description = "tell in JSON, one object a line")
  private boolean json;

  private final JsonLines lines = new JsonLines(System.out);

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Workload.Kind> kinds;
    Load load;
    Optional<Earlier> earlier;
    try {
      requireSense();
      load = new Load(quick, size == null ? 1 : size, textBytes);
      kinds = Catalogue.choose(net, rows);
      makeProfileFolder();
      earlier = Optional.ofNullable(check).map(file -> Earlier.read(file, load));
    } catch (IllegalArgumentException e) {
      complain(String.valueOf(e.getMessage()));
      return CommandLine.ExitCode.USAGE;
    }
    Scratch scratch = Scratch.create();
    Children children = new Children(scratch, Optional.ofNullable(profile));
    Ending ending =
        Ending.with(
            "bench",
            () -> {
              children.close();
              scratch.close();
            });
    Telling telling = new UntilTheEnd(telling(load), ending::begun);
    try {
      Optional<Reference> reference = reference(telling, scratch, children);
      Setting setting = new Setting(quick ? 1 : rounds(), load, reference, children, scratch);
      return growth ? growth(telling, setting) : run(kinds, earlier, telling, setting);
    } finally {
      ending.close();
    }
  }

  private Telling telling(Load load) {
    return json
        ? new JsonTelling(lines, load)
        : new TextTelling(System.out, System.err, StandardOutput.ink(), load);
  }

  private int run(
      List<Workload.Kind> kinds, Optional<Earlier> earlier, Telling telling, Setting setting)
      throws IOException, InterruptedException {
    Map<String, String> versions =
        setting.reference().isPresent() ? setting.reference().get().versions() : Map.of();
    Machine machine = Machine.here(versions);
    List<Result> results = new Bench(telling).run(kinds, setting);
    telling.results(machine, results);
    List<Earlier.Change> changes = earlier.map(one -> one.changes(results)).orElse(List.of());
    if (check != null) {
      telling.compared(check, changes);
    }
    if (changes.stream().anyMatch(Earlier.Change::slower)) {
      return SLOWER;
    }
    long expected = kinds.stream().mapToLong(kind -> kind.rows().size()).sum();
    return results.size() == expected ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private static int growth(Telling telling, Setting setting)
      throws IOException, InterruptedException {
    Machine machine = Machine.here(Map.of());
    Bench bench = new Bench(telling);
    List<GrowthTable> tables = new ArrayList<>();
    boolean complete = true;
    for (GrowthWork work : Catalogue.GROWTH) {
      GrowthTable table = bench.grow(work, setting);
      complete &= table.sizes().equals(work.sizes(setting));
      if (table.sizes().size() > 1) {
        tables.add(table);
      }
    }
    telling.growth(machine, tables);
    return complete ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private void requireSense() {
    if (quick && rounds != null) {
      throw new IllegalArgumentException("--quick is one round: leave out --rounds or --quick");
    }
    if (rounds() < 1 || rounds() > ROUNDS_MAX) {
      throw new IllegalArgumentException(
          "--rounds takes from 1 to " + ROUNDS_MAX + ", got " + rounds());
    }
    if (quick && size != null) {
      throw new IllegalArgumentException(
          "--quick is as little as possible: leave out --size or --quick");
    }
    if (net && (size != null || textBytes > 0)) {
      throw new IllegalArgumentException(
          "--net measures no registries: leave out --size and --text-bytes, or --net");
    }
    if (net && !rows.isEmpty()) {
      throw new IllegalArgumentException(
          "--net and --rows both choose rows: leave one of them out");
    }
    if (growth && size != null) {
      throw new IllegalArgumentException("--growth has sizes of its own: leave out --size");
    }
    if (growth && (net || versusJs || check != null || !rows.isEmpty())) {
      throw new IllegalArgumentException(
          "--growth measures ours alone, and takes none of --rows, --net, --vs-js and --check");
    }
  }

  private void makeProfileFolder() {
    if (profile != null) {
      try {
        Files.createDirectories(profile);
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "--profile needs a folder, and " + profile + " cannot be made", e);
      }
      if (!Files.isWritable(profile)) {
        throw new IllegalArgumentException(profile + " may not be written to by you");
      }
    }
  }

  private int rounds() {
    return rounds == null ? ROUNDS_DEFAULT : rounds;
  }

  /** Returns the reference if it is wanted and can be had; says why if it cannot. */
  private Optional<Reference> reference(Telling telling, Scratch scratch, Children children)
      throws InterruptedException {
    if (!versusJs) {
      return Optional.empty();
    }
    telling.begins("installing the JavaScript reference with npm");
    try {
      return Optional.of(Reference.install(scratch, children));
    } catch (IOException e) {
      telling.failed(
          "JavaScript is not measured, it takes Node.js 20 or newer with npm",
          String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void complain(String message) {
    if (json) {
      lines.say(JsonLines.error(ErrorCode.BAD_OPTIONS, message));
    }
    System.err.println("registry bench: " + message);
  }
}
