package dev.usernameregistry.examples.bench;

import dev.usernameregistry.examples.bench.frame.GrowthTable;
import dev.usernameregistry.examples.bench.frame.Result;
import java.nio.file.Path;
import java.util.List;

/** Who is told how a run goes and what came of it. Called by one thread. */
interface Telling {

  /** Told before something that takes a while. */
  void begins(String what);

  /** Told if something could not be measured; the run goes on with the rest. */
  void failed(String what, String reason);

  /** Told at the end. */
  void results(Machine machine, List<Result> results);

  /** Told at the end of a run that shows how costs grow. */
  void growth(Machine machine, List<GrowthTable> tables);

  /** Told after the results, if they were compared with those of an earlier run. */
  void compared(Path earlier, List<Earlier.Change> changes);
}
