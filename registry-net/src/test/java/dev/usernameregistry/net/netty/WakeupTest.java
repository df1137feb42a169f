package dev.usernameregistry.net.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One wake-up on a loop whose time the test moves. */
class WakeupTest {
  private static final long NEVER = Long.MAX_VALUE;

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Wakeup wakeup = new Wakeup(channel.eventLoop(), this::wake);
  private long nowNanos;
  private int woken;

  /** What the machine wants when it is woken. */
  private long nextNanos = NEVER;

  @BeforeEach
  void stopTheClock() {
    channel.freezeTime();
  }

  private void wake() {
    woken++;
    assertThat(woken).as("woken again and again").isLessThan(10);
    wakeup.set(nextNanos, nowNanos);
  }

  /** Lets so much time pass, and returns how often the machine was woken until now. */
  private int after(long nanos) {
    nowNanos += nanos;
    channel.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    return woken;
  }

  @Test
  void itComesAtItsTimeAndNotBefore() {
    wakeup.set(100, nowNanos);
    assertThat(after(99)).isZero();
    assertThat(after(1)).isEqualTo(1);
    assertThat(after(1_000)).isEqualTo(1);
  }

  @Test
  void aSoonerTimeReplacesALaterOne() {
    wakeup.set(1_000, nowNanos);
    wakeup.set(100, nowNanos);
    assertThat(after(100)).isEqualTo(1);
    assertThat(after(10_000)).isEqualTo(1);
  }

  @Test
  void aLaterTimeIsReachedByWayOfTheSoonerOne() {
    wakeup.set(100, nowNanos);
    wakeup.set(1_000, nowNanos);
    nextNanos = 1_000;
    assertThat(after(100)).isEqualTo(1);
    assertThat(after(899)).isEqualTo(1);
    nextNanos = NEVER;
    assertThat(after(1)).isEqualTo(2);
    assertThat(after(10_000)).isEqualTo(2);
  }

  @Test
  void whatIsDueComesAtOnce() {
    after(500);
    wakeup.set(100, nowNanos);
    assertThat(after(0)).isEqualTo(1);
  }

  @Test
  void neverAndCancelledDoNotCome() {
    wakeup.set(NEVER, nowNanos);
    assertThat(after(NEVER / 4)).isZero();
    wakeup.set(nowNanos + 100, nowNanos);
    wakeup.cancel();
    assertThat(after(1_000)).isZero();
    wakeup.set(nowNanos + 100, nowNanos);
    assertThat(after(100)).isEqualTo(1);
  }
}
