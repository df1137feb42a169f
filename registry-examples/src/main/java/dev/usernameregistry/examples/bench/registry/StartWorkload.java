package dev.usernameregistry.examples.bench.registry;

import dev.usernameregistry.examples.bench.frame.Child;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.Spread;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * From starting the shell's process to its first line; with a registry in memory. Once as a user
 * starts it, and once with an archive of its classes (AppCDS), which is made first.
 */
public final class StartWorkload implements Workload {
  private static final String MS = "ms";
  private static final int STARTS = 5;

  private static final Row START =
      Row.less("jvm-start", "start of shell --memory --json to ready", MS)
          .must(Goal.atMost(700, MS));

  private static final Row ARCHIVED =
      Row.less("jvm-start-cds", "the same with a class archive", MS).beside(START);

  private final Setting setting;
  private final Optional<ClassArchive> archive;

  private StartWorkload(Setting setting, Optional<ClassArchive> archive) {
    this.setting = setting;
    this.archive = archive;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(
        ClassArchive.isPossible() ? List.of(START, ARCHIVED) : List.of(START),
        StartWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    // in any case a start that reads the files once
    return new StartWorkload(
        setting, ClassArchive.make(setting.scratch(), options -> start(setting, options)));
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    figures.add(START, Side.OURS, middle(List.of()));
    if (archive.isPresent()) {
      figures.add(ARCHIVED, Side.OURS, middle(archive.get().options()));
    }
  }

  private double middle(List<String> options) throws IOException, InterruptedException {
    double[] millis = new double[setting.amount(STARTS, 1)];
    for (int at = 0; at < millis.length; at++) {
      millis[at] = start(setting, options);
    }
    return Spread.percentile(millis, 50);
  }

  /** Returns the milliseconds that a start takes, and waits for the end. */
  private static double start(Setting setting, List<String> options)
      throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    try (Child shell =
        setting.children().program(options, "shell", "--memory", "--json", "--name", "bench")) {
      shell.event("ready");
      return (System.nanoTime() - startNanos) / 1e6;
    }
  }
}
