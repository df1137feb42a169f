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

/** From starting the shell's process to its first line; with a registry in memory. */
public final class StartWorkload implements Workload {
  private static final String MS = "ms";
  private static final int STARTS = 5;

  private static final Row START =
      Row.less("jvm-start", "start of shell --memory --json to ready", MS)
          .must(Goal.atMost(700, MS));

  private final Setting setting;

  private StartWorkload(Setting setting) {
    this.setting = setting;
  }

  /** Returns how it is begun. */
  public static Kind kind() {
    return Kind.of(List.of(START), StartWorkload::begin);
  }

  private static Workload begin(Setting setting) throws IOException, InterruptedException {
    StartWorkload workload = new StartWorkload(setting);
    workload.start(); // reads the files once
    return workload;
  }

  @Override
  public void round(List<Side> sides, Figures figures) throws IOException, InterruptedException {
    double[] millis = new double[setting.amount(STARTS, 1)];
    for (int at = 0; at < millis.length; at++) {
      millis[at] = start();
    }
    figures.add(START, Side.OURS, Spread.percentile(millis, 50));
  }

  private double start() throws IOException, InterruptedException {
    long startNanos = System.nanoTime();
    try (Child shell =
        setting.children().program("shell", "--memory", "--json", "--name", "bench")) {
      shell.event("ready");
      return (System.nanoTime() - startNanos) / 1e6;
    }
  }
}
