package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.bench.frame.Result;
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
}
