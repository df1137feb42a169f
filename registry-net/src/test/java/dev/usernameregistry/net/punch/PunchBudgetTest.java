package dev.usernameregistry.net.punch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PunchBudgetTest {
  private final PunchBudget budget = new PunchBudget();

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE})
  void oneAtATimeAndAPauseAfterEach(long nowNanos) {
    assertThat(budget.take(nowNanos)).isTrue();
    assertThat(budget.take(nowNanos)).isFalse();

    budget.giveBack(true, nowNanos);

    assertThat(budget.take(nowNanos + PunchBudget.INTERVAL_NANOS - 1)).isFalse();
    assertThat(budget.take(nowNanos + PunchBudget.INTERVAL_NANOS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MAX_VALUE})
  void aPlaceThatWasNotUsedIsFreeAtOnce(long nowNanos) {
    assertThat(budget.take(nowNanos)).isTrue();
    budget.giveBack(false, nowNanos);
    assertThat(budget.take(nowNanos)).isTrue();
  }
}
