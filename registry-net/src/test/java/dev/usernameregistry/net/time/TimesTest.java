package dev.usernameregistry.net.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TimesTest {
  private static final long NEVER = Long.MAX_VALUE;

  /** Just before the clock wraps, and just after. */
  private static final long BEFORE = NEVER - 5;

  private static final long AFTER = Long.MIN_VALUE + 4;

  @Test
  void theEarlierOfTwoTimesIsTheOneBeforeTheOtherAlsoWhenTheClockWraps() {
    assertThat(Times.earlier(3, 4)).isEqualTo(3);
    assertThat(Times.earlier(4, 3)).isEqualTo(3);
    assertThat(Times.earlier(-1, 1)).isEqualTo(-1);
    assertThat(Times.earlier(BEFORE, AFTER)).isEqualTo(BEFORE);
    assertThat(Times.earlier(AFTER, BEFORE)).isEqualTo(BEFORE);
  }

  @Test
  void neverIsLaterThanAnyTime() {
    assertThat(Times.earlier(NEVER, AFTER)).isEqualTo(AFTER);
    assertThat(Times.earlier(AFTER, NEVER)).isEqualTo(AFTER);
    assertThat(Times.earlier(BEFORE, NEVER)).isEqualTo(BEFORE);
    assertThat(Times.earlier(NEVER, NEVER)).isEqualTo(NEVER);
  }

  @Test
  void aTimeIsDueFromThatMomentOnAndNeverIsNeverDue() {
    assertThat(Times.isDue(5, 4)).isFalse();
    assertThat(Times.isDue(5, 5)).isTrue();
    assertThat(Times.isDue(5, 6)).isTrue();
    assertThat(Times.isDue(BEFORE, AFTER)).isTrue();
    assertThat(Times.isDue(AFTER, BEFORE)).isFalse();
    assertThat(Times.isDue(NEVER, AFTER)).isFalse();
    assertThat(Times.isDue(NEVER, NEVER)).isFalse();
  }
}
