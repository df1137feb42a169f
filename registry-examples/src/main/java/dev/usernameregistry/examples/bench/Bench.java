package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** Does workloads one after the other, and gathers their figures. */
final class Bench {
  private final Telling telling;

  Bench(Telling telling) {
    this.telling = telling;
  }

  /**
   * Does {@code kinds} in rounds; returns what could be measured. One that fails keeps none of the
   * others from being done.
   */
  List<Result> run(List<Workload.Kind> kinds, Setting setting) throws InterruptedException {
    Figures figures = new Figures();
    for (Workload.Kind kind : kinds) {
      String rows = kind.rows().stream().map(Row::id).collect(Collectors.joining(", "));
      try {
        run(kind, setting, figures, rows);
      } catch (IOException | RuntimeException e) {
        telling.failed(rows, e.toString());
      }
    }
    return figures.results();
  }

  private void run(Workload.Kind kind, Setting setting, Figures figures, String rows)
      throws IOException, InterruptedException {
    telling.begins("making ready: " + rows);
    try (Workload workload = kind.begin(setting)) {
      for (int round = 1; round <= setting.rounds(); round++) {
        telling.begins("round " + round + " of " + setting.rounds() + ": " + rows);
        workload.round(figures);
      }
    } finally {
      setting.children().endAll();
    }
  }
}
