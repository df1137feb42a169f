package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import org.junit.jupiter.api.Test;

/** Buckets that fill with time. */
final class SourceRatesTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void bucketFillsWithTimeAlsoWhenTheClockWrapsAround() {
    SourceRates rates = new SourceRates(3, 2, 10);
    long now = Long.MAX_VALUE - SECOND / 4;
    assertThat(taken(rates, 1, now)).isEqualTo(3);
    assertThat(taken(rates, 2, now)).isEqualTo(3);
    assertThat(taken(rates, 1, now + SECOND)).isEqualTo(2);
    assertThat(taken(rates, 1, now + SECOND + SECOND / 2)).isEqualTo(1);
    assertThat(taken(rates, 1, now + 100 * SECOND)).isEqualTo(3);
  }

  @Test
  void sourceThatWasPushedOutStartsAnew() {
    SourceRates rates = new SourceRates(1, 1, 10);
    assertThat(rates.take(-1, 0)).isTrue();
    assertThat(rates.take(-1, 0)).isFalse();
    for (int i = 0; i < 10; i++) {
      rates.take(i, 0);
    }
    assertThat(rates.take(-1, 0)).isTrue();
  }

  @Test
  void noMoreSourcesAreRememberedThanItIsTold() {
    SourceRates rates = new SourceRates(2, 1, 100);
    for (int i = 0; i < 10_000; i++) {
      rates.take(i, i);
      assertThat(rates.size()).isLessThanOrEqualTo(100);
    }
  }

  @Test
  void portsOfOneHostAreOneSourceExceptOnLoopback() {
    Ipv4Address host = Ipv4Address.of("255.1.2.3", 1);
    assertThat(SourceRates.source(host.withPort(2))).isEqualTo(SourceRates.source(host));
    assertThat(SourceRates.source(Ipv4Address.of("255.1.2.4", 1)))
        .isNotEqualTo(SourceRates.source(host));
    Ipv4Address loopback = Ipv4Address.of("127.0.0.1", 1);
    assertThat(SourceRates.source(loopback.withPort(2))).isNotEqualTo(SourceRates.source(loopback));
  }

  private static int taken(SourceRates rates, long source, long nowNanos) {
    int taken = 0;
    while (rates.take(source, nowNanos)) {
      taken++;
    }
    return taken;
  }
}
