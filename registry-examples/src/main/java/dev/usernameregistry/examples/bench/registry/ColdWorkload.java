package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Count;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A store of 100,000 names opened, and one of them looked up: as the first thing that a new process
 * does, counted from there and from the start of the process; and again in a process that has done
 * it often. Node.js loads all code at the start, a JVM when it is first used, so the first of the
 * three figures has our code's loading in it and not the reference's. The first two are measured
 * again with an archive of our classes, as the README says how to make one.
 */
public final class ColdWorkload implements Workload {
  private static final String MS = "ms";
  private static final Count NAMES = Count.growing(100_000, 200);
  private static final int REOPENED = 20;

  private static final Row COLD =
      Row.less("cold-start", "open # names, look one up: new process", MS)
          .about(NAMES)
          .must(Goal.ratioAtMost(0.2));

  private static final Row WHOLE =
      Row.less("cold-process", "the same, from the start of the process", MS);

  private static final Row COLD_ARCHIVED =
      Row.less("cold-start-cds", "new process with a class archive", MS);

  private static final Row WHOLE_ARCHIVED =
      Row.less("cold-process-cds", "the same, from the start of the process", MS);

  private static final Row WARM =
      Row.less("reopen", "open # names, look one up: warm process", MS).about(NAMES);

  private final Setting setting;
  private final Map<Side, Path> folders;
  private final String name;
  private Optional<ClassArchive> archive = Optional.empty();

  private ColdWorkload(Setting setting, Map<Side, Path> folders, String name) {
    this.setting = setting;
    this.folders = folders;
    this.name = name;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(
        ClassArchive.isPossible()
            ? List.of(COLD, WHOLE, COLD_ARCHIVED, WHOLE_ARCHIVED, WARM)
            : List.of(COLD, WHOLE, WARM),
        ColdWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    int names = setting.count(NAMES);
    Map<Side, Path> folders = Peers.start(setting).filled(names);
    ColdWorkload workload = new ColdWorkload(setting, folders, Names.name(names / 2));
    workload.round(
        setting.sides(), new Figures()); // brings our index up to the log, and files into memory
    workload.archive =
        ClassArchive.make(
            setting.scratch(),
            options -> workload.open(Side.OURS, options, new Figures(), COLD, WHOLE));
    return workload;
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    for (Side side : sides) {
      open(side, List.of(), figures, COLD, WHOLE);
      if (archive.isPresent()) { // the reference once more too: in the same minute
        open(side, archive.get().options(), figures, COLD_ARCHIVED, WHOLE_ARCHIVED);
      }
    }
  }

  /** Opens the store in a process of its own: first once, and then often. */
  private void open(Side side, List<String> options, Figures figures, Row cold, Row whole)
      throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    try (Child child = Peers.startOne(setting, side, options)) {
      figures.add(cold, side, open(child, side));
      figures.add(whole, side, (System.nanoTime() - startNanos) / 1e6);
      if (cold.equals(COLD)) {
        double millis = 0;
        for (int time = 0; time < setting.amount(REOPENED, 1); time++) {
          millis = open(child, side);
        }
        figures.add(WARM, side, millis);
      }
    }
  }

  private double open(Child child, Side side) throws IOException, InterruptedException {
    String folder = Objects.requireNonNull(folders.get(side)).toString();
    return child.ask("first", Map.of("folder", folder, "name", name)).path("millis").asDouble();
  }
}
