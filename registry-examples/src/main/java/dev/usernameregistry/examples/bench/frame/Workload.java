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

    /** Returns a kind that fills these lines and is begun like this. */
    static Kind of(List<Row> rows, Begin begin) {
      return new Kind() {
        @Override
        public List<Row> rows() {
          return rows;
        }

        @Override
        public Workload begin(Setting setting) throws IOException, InterruptedException {
          return begin.begin(setting);
        }
      };
    }
  }

  /** How a workload is made ready. */
  interface Begin {
    /** Starts whatever all rounds need. */
    Workload begin(Setting setting) throws IOException, InterruptedException;
  }

  /**
   * Does one round, and adds a figure for each row and side.
   *
   * @param sides those of the setting, in the order in which they are to work this time
   */
  void round(List<Side> sides, Figures figures) throws IOException, InterruptedException;

  /** Ends whatever it holds beside the children of the setting; nothing unless overridden. */
  @Override
  default void close() {}
}
