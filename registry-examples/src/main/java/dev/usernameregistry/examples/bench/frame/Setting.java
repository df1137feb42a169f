package dev.usernameregistry.examples.bench.frame;

import java.util.List;
import java.util.Optional;

/**
 * How a run is done.
 *
 * @param rounds how often each workload is done
 * @param load how much is done in each
 * @param reference the JavaScript implementation; empty if it is not measured
 * @param children every process that is started, ended with the run
 * @param scratch where all that is stored is stored
 */
public record Setting(
    int rounds, Load load, Optional<Reference> reference, Children children, Scratch scratch) {

  /** Returns whose work is measured. */
  public List<Side> sides() {
    return reference.isPresent() ? List.of(Side.OURS, Side.JS) : List.of(Side.OURS);
  }

  /** Returns whether to do as little as possible. */
  public boolean quick() {
    return load.quick();
  }

  /** Returns {@code full}, or {@code little} in a quick run. */
  public int amount(int full, int little) {
    return quick() ? little : full;
  }

  /** Returns how many that is in this run. */
  public int count(Count count) {
    return count.in(load);
  }
}
