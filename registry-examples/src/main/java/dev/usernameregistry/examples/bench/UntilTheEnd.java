package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.bench.frame.GrowthTable;
import dev.usernameregistry.examples.bench.frame.Result;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Passes on what is told until the run is told to end: what fails then fails because of that, and
 * nobody waits for results any more.
 */
final class UntilTheEnd implements Telling {
  private final Telling telling;
  private final BooleanSupplier ended;

  UntilTheEnd(Telling telling, BooleanSupplier ended) {
    this.telling = telling;
    this.ended = ended;
  }

  @Override
  public void begins(String what) {
    if (!ended.getAsBoolean()) {
      telling.begins(what);
    }
  }

  @Override
  public void failed(String what, String reason) {
    if (!ended.getAsBoolean()) {
      telling.failed(what, reason);
    }
  }

  @Override
  public void results(Machine machine, List<Result> results) {
    if (!ended.getAsBoolean()) {
      telling.results(machine, results);
    }
  }

  @Override
  public void growth(Machine machine, List<GrowthTable> tables) {
    if (!ended.getAsBoolean()) {
      telling.growth(machine, tables);
    }
  }

  @Override
  public void compared(Path earlier, List<Earlier.Change> changes) {
    if (!ended.getAsBoolean()) {
      telling.compared(earlier, changes);
    }
  }
}
