package dev.usernameregistry.examples.bench.frame;

import java.io.IOException;
import java.util.List;

/** One kind of work, done by us and by the reference. Made ready once, then done in rounds. */
public interface Workload extends AutoCloseable {

  /** What is known of a workload before it is made ready. */
  interface Kind {

    /** Returns the lines that it fills. */
    List<Row> rows();

    /** Makes it ready: starts whatever all rounds need. */
    Workload begin(Setting setting) throws IOException, InterruptedException;
  }

  /**
   * Does one round on every side of the setting, by turns, and adds a figure for each row and side.
   */
  void round(Figures figures) throws IOException, InterruptedException;

  /** Ends whatever it holds beside the children of the setting; nothing unless overridden. */
  @Override
  default void close() {}
}
