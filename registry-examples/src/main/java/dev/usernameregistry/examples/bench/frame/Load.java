package dev.usernameregistry.examples.bench.frame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * How much work a run does.
 *
 * @param quick whether to do as little as possible, to see that all works
 * @param size how many times as many names and registries
 * @param textBytes how long a text is in each record, beside the registry's own fields
 */
public record Load(boolean quick, double size, int textBytes) {
  /** The bounds of {@link #size}: ten times as many registries are nearly all a peer remembers. */
  public static final double SIZE_MIN = 0.01;

  public static final double SIZE_MAX = 10;

  /** Of {@link #textBytes} times {@link #size}: 100,000 such records are a GiB. */
  public static final int TEXT_BYTES_MAX = 10_000;

  /** What the goals of rows are for. */
  public static final Load FULL = new Load(false, 1, 0);

  /** As little as possible. */
  public static final Load QUICK = new Load(true, 1, 0);

  /**
   * Refuses what cannot be done.
   *
   * @throws IllegalArgumentException naming the option that is out of its bounds
   */
  public Load {
    if (!(size >= SIZE_MIN && size <= SIZE_MAX)) {
      throw new IllegalArgumentException(
          "--size takes from " + SIZE_MIN + " to " + plain(SIZE_MAX) + ", got " + plain(size));
    }
    if (textBytes < 0 || textBytes * size > TEXT_BYTES_MAX) {
      throw new IllegalArgumentException(
          "--text-bytes takes from 0 to "
              + TEXT_BYTES_MAX
              + ", divided by --size, got "
              + textBytes);
    }
  }

  /** Returns the load that {@link #json} made; what it does not tell is as in a full run. */
  public static Load of(JsonNode json) {
    return new Load(
        json.path("quick").asBoolean(),
        json.path("size").asDouble(1),
        json.path("textBytes").asInt());
  }

  /** Returns it for programs. */
  public ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("quick", quick)
        .put("size", size)
        .put("textBytes", textBytes);
  }

  /** Returns whether goals are for it. */
  public boolean isJudged() {
    return equals(FULL);
  }

  /** Returns whether names, registries and records are the same, but for a quick run's few. */
  public boolean compares(Load other) {
    return size == other.size && textBytes == other.textBytes;
  }

  @Override
  public String toString() {
    return plain(size)
        + " x as many names and registries, "
        + textBytes
        + " bytes of text in each record";
  }

  private static String plain(double value) {
    return value == Math.rint(value)
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%s", value);
  }
}
