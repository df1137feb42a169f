package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  @Test
  void waitsTwiceAsLongEachTimeUpToTheLimitLessAtMostHalf() {
    Backoff backoff = new Backoff(100, 1000, new Random(1));
    for (long most : new long[] {100, 200, 400, 800, 1000, 1000, 1000}) {
      assertThat(backoff.nextNanos()).isBetween(most / 2, most);
    }
  }

  @Test
  void startsOverAfterASuccess() {
    Backoff backoff = new Backoff(100, 1000, new Random(2));
    backoff.nextNanos();
    backoff.nextNanos();
    backoff.reset();
    assertThat(backoff.nextNanos()).isBetween(50L, 100L);
  }

  @Test
  void waitsLongestAtOnceWhenItIsHopeless() {
    Backoff backoff = new Backoff(100, 1000, new Random(3));
    backoff.exhaust();
    assertThat(backoff.nextNanos()).isBetween(500L, 1000L);
  }

  @Test
  void twoPeersDoNotComeBackAtOneMoment() {
    Backoff one = new Backoff(1_000_000, 1_000_000, new Random(4));
    Backoff two = new Backoff(1_000_000, 1_000_000, new Random(5));
    assertThat(one.nextNanos()).isNotEqualTo(two.nextNanos());
  }
}
