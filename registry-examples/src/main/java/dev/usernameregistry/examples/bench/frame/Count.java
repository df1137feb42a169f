package dev.usernameregistry.examples.bench.frame;

/**
 * How many of something a row is about: names, registries, blocks, or MiB.
 *
 * @param full in a run whose goals are judged
 * @param little in a quick one
 * @param grows whether a load of twice the size has twice as many
 */
public record Count(int full, int little, boolean grows) {

  /** Returns a count of names or registries, which {@code --size} multiplies. */
  public static Count growing(int full, int little) {
    return new Count(full, little, true);
  }

  /** Returns a count that is the same for every size. */
  public static Count fixed(int full, int little) {
    return new Count(full, little, false);
  }

  /** Returns how many there are in a run that does {@code load}. */
  public int in(Load load) {
    if (load.quick()) {
      return little;
    }
    return grows ? (int) Math.max(1, Math.round(load.size() * full)) : full;
  }
}
