package dev.usernameregistry.net.udx.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The formulas of chapter 8 of the sheet. */
class RoundTripTest {
  private static final long MILLI = 1_000_000L;

  private final RoundTrip roundTrip = new RoundTrip();

  @Test
  void firstSampleIsTakenAsItIs() {
    assertThat(roundTrip.timeoutNanos()).isEqualTo(1_000 * MILLI);
    assertThat(roundTrip.isSampled()).isFalse();
    roundTrip.sample(400 * MILLI, 0);
    assertThat(roundTrip.smoothedNanos()).isEqualTo(400 * MILLI);
    assertThat(roundTrip.timeoutNanos()).isEqualTo(1_200 * MILLI);
  }

  @Test
  void laterSamplesMoveItByAnEighth() {
    roundTrip.sample(400 * MILLI, 0);
    roundTrip.sample(800 * MILLI, 1);
    assertThat(roundTrip.smoothedNanos()).isEqualTo(450 * MILLI);
    assertThat(roundTrip.timeoutNanos()).isEqualTo((450 + 4 * 250) * MILLI);
    assertThat(roundTrip.minNanos()).isEqualTo(400 * MILLI);
  }

  @Test
  void sampleFarOffIsDamped() {
    roundTrip.sample(100 * MILLI, 0);
    roundTrip.sample(60_000 * MILLI, 1);
    assertThat(roundTrip.smoothedNanos()).isEqualTo((7 * 100 + 350) * MILLI / 8);
  }

  @Test
  void timeoutIsAtLeastOneSecondAndAtMostThirty() {
    roundTrip.sample(0, 0);
    assertThat(roundTrip.smoothedNanos()).isEqualTo(1);
    assertThat(roundTrip.timeoutNanos()).isEqualTo(1_000 * MILLI);
    RoundTrip slow = new RoundTrip();
    slow.sample(100_000 * MILLI, 0);
    assertThat(slow.timeoutNanos()).isEqualTo(30_000 * MILLI);
  }
}
