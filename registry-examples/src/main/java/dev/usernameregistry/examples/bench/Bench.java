package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.bench.frame.Costs;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.GrowthTable;
import dev.usernameregistry.examples.bench.frame.GrowthWork;
import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.Workload;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
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
    return figures.results(kinds.stream().flatMap(kind -> kind.rows().stream()).toList());
  }

  /** Returns the sides in another order than in the round before. */
  static List<Side> order(List<Side> sides, int round) {
    List<Side> order = new ArrayList<>(sides);
    Collections.rotate(order, round);
    return order;
  }

  private void run(Workload.Kind kind, Setting setting, Figures figures, String rows)
      throws IOException, InterruptedException {
    telling.begins("making ready: " + rows);
    try (Workload workload = kind.begin(setting)) {
      for (int round = 1; round <= setting.rounds(); round++) {
        telling.begins("round " + round + " of " + setting.rounds() + ": " + rows);
        workload.round(order(setting.sides(), round), figures);
      }
    } finally {
      setting.children().endAll();
    }
  }

  /**
   * Does work at all its sizes, from the smallest on, in rounds. At a size that fails it ends, for
   * what is larger would fail too.
   */
  GrowthTable grow(GrowthWork work, Setting setting) throws InterruptedException {
    Costs costs = new Costs();
    List<Long> measured = new ArrayList<>();
    for (long size : work.sizes(setting)) {
      String what = TextTelling.count(size) + " " + work.sized();
      try {
        grow(work, setting, costs, size, what);
        measured.add(size);
      } catch (IOException | RuntimeException e) {
        telling.failed(what, e.toString());
        break;
      }
    }
    return costs.table(work.sized(), measured);
  }

  private void grow(GrowthWork work, Setting setting, Costs costs, long size, String what)
      throws IOException, InterruptedException {
    for (int round = 1; round <= setting.rounds(); round++) {
      telling.begins("round " + round + " of " + setting.rounds() + ": " + what);
      try {
        work.measure().at(setting, costs, size);
      } finally {
        setting.children().endAll();
      }
    }
  }
}
