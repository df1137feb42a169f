package dev.usernameregistry.net.udx.congestion;

/**
 * The greatest of the values of the last so many units of time, from three samples (the filter of
 * Kathleen Nichols): the best, and the best two of what came after it, to fall back on.
 *
 * <p>Invariant: values do not grow and times do not fall from the first sample to the third.
 */
final class WindowedMax {
  private static final int SAMPLES = 3;

  private final long window;
  private final double[] values = new double[SAMPLES];
  private final long[] times = new long[SAMPLES];
  private boolean started;

  WindowedMax(long window) {
    this.window = window;
  }

  /** Returns the maximum; negative infinity if nothing was ever put in. */
  double max() {
    return started ? values[0] : Double.NEGATIVE_INFINITY;
  }

  /** Puts in a value; {@code time} never falls. */
  void update(long time, double value) {
    if (!started || value >= values[0] || time - times[2] > window) {
      started = true;
      set(0, time, value);
    } else if (value >= values[1]) {
      set(1, time, value);
    } else if (value >= values[2]) {
      set(2, time, value);
    }
    age(time, value);
  }

  /** Lets the best go when it is too old, and keeps the other two spread over the window. */
  private void age(long time, double value) {
    if (time - times[0] > window) {
      shift(time, value);
      if (time - times[0] > window) {
        shift(time, value);
      }
    } else if (times[1] == times[0] && time - times[0] > window / 4) {
      set(1, time, value);
    } else if (times[2] == times[1] && time - times[1] > window / 2) {
      set(2, time, value);
    }
  }

  private void shift(long time, double value) {
    for (int i = 1; i < SAMPLES; i++) {
      values[i - 1] = values[i];
      times[i - 1] = times[i];
    }
    set(SAMPLES - 1, time, value);
  }

  private void set(int from, long time, double value) {
    for (int i = from; i < SAMPLES; i++) {
      values[i] = value;
      times[i] = time;
    }
  }
}
