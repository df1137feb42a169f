package dev.usernameregistry.net.announce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerificationBudgetTest {
  private static final long SECOND = 1_000_000_000;

  private final VerificationBudget budget = new VerificationBudget();

  @Test
  void hostGetsItsBurstAndThenItsShareOfEverySecond() {
    assertThat(granted(1, 5000, 0)).isEqualTo(VerificationBudget.HOST_BURST);
    assertThat(granted(1, 5000, SECOND)).isEqualTo(VerificationBudget.HOST_PER_SECOND);
    assertThat(budget.refusedCount())
        .isEqualTo(10_000 - VerificationBudget.HOST_BURST - VerificationBudget.HOST_PER_SECOND);
  }

  @Test
  void hostThatAsksTooMuchTakesNothingFromOthers() {
    granted(1, 100_000, 0);
    assertThat(granted(2, 100, 0)).isEqualTo(100);
  }

  @Test
  void allHostsTogetherHaveALimitToo() {
    long granted = IntStream.range(0, 100_000).filter(host -> budget.take(host, 0)).count();
    assertThat(granted).isEqualTo(VerificationBudget.ALL_BURST);
    long later = IntStream.range(0, 1000).filter(host -> budget.take(host, SECOND)).count();
    assertThat(later).isEqualTo(VerificationBudget.ALL_PER_SECOND);
  }

  private long granted(int host, int asked, long nowNanos) {
    return IntStream.range(0, asked).filter(i -> budget.take(host, nowNanos)).count();
  }
}
