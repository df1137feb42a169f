package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.examples.bench.frame.Child;
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

/**
 * A store of 100,000 names opened, and one of them looked up: as the first thing that a new process
 * does, counted from there and from the start of the process; and again in a process that has done
 * it often. Node.js loads all code at the start, a JVM when it is first used, so the first of the
 * three figures has our code's loading in it and not the reference's.
 */
public final class ColdWorkload implements Workload {
  private static final String MS = "ms";
  private static final int NAMES = 100_000;
  private static final int QUICK = 200;
  private static final int REOPENED = 20;

  private static final Row COLD =
      Row.less("cold-start", "open 100,000 names, look one up: new process", MS)
          .must(Goal.ratioAtMost(0.2));

  private static final Row WHOLE =
      Row.less("cold-process", "the same, from the start of the process", MS);

  private static final Row WARM =
      Row.less("reopen", "open 100,000 names, look one up: warm process", MS);

  private final Setting setting;
  private final Map<Side, Path> folders;
  private final String name;

  private ColdWorkload(Setting setting, Map<Side, Path> folders, String name) {
    this.setting = setting;
    this.folders = folders;
    this.name = name;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(List.of(COLD, WHOLE, WARM), ColdWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    int names = setting.amount(NAMES, QUICK);
    Map<Side, Path> folders = Peers.start(setting).filled(names);
    ColdWorkload workload = new ColdWorkload(setting, folders, Names.name(names / 2));
    workload.round(
        setting.sides(), new Figures()); // brings our index up to the log, and files into memory
    return workload;
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    for (Side side : sides) {
      Path folder = Objects.requireNonNull(folders.get(side));
      long startNanos = System.nanoTime();
      try (Child child = Peers.startOne(setting, side)) {
        figures.add(COLD, side, open(child, folder));
        figures.add(WHOLE, side, (System.nanoTime() - startNanos) / 1e6);
        double millis = 0;
        for (int time = 0; time < setting.amount(REOPENED, 1); time++) {
          millis = open(child, folder);
        }
        figures.add(WARM, side, millis);
      }
    }
  }

  private double open(Child child, Path folder) throws IOException, InterruptedException {
    return child
        .ask("first", Map.of("folder", folder.toString(), "name", name))
        .path("millis")
        .asDouble();
  }
}
