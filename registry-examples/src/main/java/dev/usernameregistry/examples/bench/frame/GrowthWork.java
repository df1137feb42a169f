package dev.usernameregistry.examples.bench.frame;

import java.io.IOException;
import java.util.List;

/**
 * Work that is done at several sizes.
 *
 * @param sized what the sizes count
 * @param sizes in ascending order
 * @param quickSizes those of a quick run
 * @param measure does it
 */
public record GrowthWork(String sized, List<Long> sizes, List<Long> quickSizes, Measure measure) {

  /** How one size is measured. */
  public interface Measure {
    /** Adds a figure to each column. */
    void at(Setting setting, Costs costs, long size) throws IOException, InterruptedException;
  }

  /** Returns the sizes of a run. */
  public List<Long> sizes(Setting setting) {
    return setting.quick() ? quickSizes : sizes;
  }
}
