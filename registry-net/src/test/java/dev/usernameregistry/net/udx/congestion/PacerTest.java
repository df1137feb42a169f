package dev.usernameregistry.net.udx.congestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacerTest {
  private static final long MILLI = 1_000_000L;
  private static final double BYTES_PER_NANO = 3_000.0 / MILLI;

  private final Pacer pacer = new Pacer();

  @Test
  void tokensOfAMillisecondAreThereOnceItHasPassedAndDoNotAddUp() {
    assertThat(pacer.allows(BYTES_PER_NANO, 0)).isTrue();
    pacer.spend(25_000);
    assertThat(pacer.allows(BYTES_PER_NANO, MILLI - 1)).isFalse();
    assertThat(pacer.nextNanos()).isEqualTo(MILLI);
    assertThat(pacer.allows(BYTES_PER_NANO, MILLI)).isTrue();
    pacer.spend(2_999);
    assertThat(pacer.allows(BYTES_PER_NANO, MILLI)).isTrue();
    pacer.spend(1_000);
    assertThat(pacer.allows(BYTES_PER_NANO, MILLI)).isFalse();
    assertThat(pacer.allows(BYTES_PER_NANO, 2 * MILLI)).as("overdraft is forgotten").isTrue();
    pacer.spend(2_999);
    assertThat(pacer.allows(BYTES_PER_NANO, 2 * MILLI)).isTrue();
  }

  @Test
  void longPauseDoesNotEarnALongBurst() {
    assertThat(pacer.allows(BYTES_PER_NANO, 0)).isTrue();
    assertThat(pacer.allows(BYTES_PER_NANO, 10_000 * MILLI)).isTrue();
    pacer.spend(20 * 3_000);
    assertThat(pacer.allows(BYTES_PER_NANO, 10_000 * MILLI)).isFalse();
  }
}
