package dev.usernameregistry.net.udx.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WindowedMaxTest {
  /** Three samples cannot know every maximum: what they tell is one that occurred in the window. */
  @Test
  void maximumIsOneOfTheWindowAndNoneThatIsNewerIsGreater() {
    Random random = new Random(5);
    for (int run = 0; run < 200; run++) {
      WindowedMax max = new WindowedMax(10);
      double[] values = new double[300];
      for (int time = 0; time < values.length; time++) {
        values[time] = random.nextInt(1_000);
        max.update(time, values[time]);
        double best = 0;
        int bestTime = -1;
        for (int i = Math.max(0, time - 10); i <= time; i++) {
          if (values[i] == max.max()) {
            bestTime = i;
          }
          best = Math.max(best, values[i]);
        }
        assertThat(bestTime).isNotNegative();
        assertThat(max.max()).isLessThanOrEqualTo(best);
        assertThat(max.max()).isGreaterThanOrEqualTo(values[time]);
      }
    }
  }

  @Test
  void maximumIsForgottenWhenTheWindowHasPassed() {
    WindowedMax max = new WindowedMax(10);
    max.update(0, 5);
    max.update(4, 3);
    assertThat(max.max()).isEqualTo(5);
    max.update(11, 1);
    assertThat(max.max()).isEqualTo(3);
    max.update(100, 1);
    assertThat(max.max()).isEqualTo(1);
  }
}
