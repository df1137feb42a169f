package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long a token is good, whether or not others are asked for in the meantime. */
final class TokensTest {
  private static final Ipv4Address HOST = Ipv4Address.of("9.8.7.6", 4444);

  private long nowNanos = Long.MAX_VALUE - 5;
  private final Tokens tokens = new Tokens(new Random(1), nowNanos);
  private final byte[] token = tokens.issue(HOST, nowNanos);

  @Test
  void aTokenIsGoodUntilTheSecretHasChangedTwice() {
    nowNanos += Tokens.ROTATION_NANOS;
    assertThat(tokens.accepts(token, HOST, nowNanos)).isTrue();
    nowNanos += Tokens.ROTATION_NANOS;
    assertThat(tokens.accepts(token, HOST, nowNanos - 1)).isTrue();
    assertThat(tokens.accepts(token, HOST, nowNanos)).isFalse();
  }

  @Test
  void aTokenEndsAlthoughNobodyAskedForAnyMeanwhile() {
    nowNanos += 2 * Tokens.ROTATION_NANOS;
    assertThat(tokens.accepts(token, HOST, nowNanos)).isFalse();
    byte[] next = tokens.issue(HOST, nowNanos);
    assertThat(tokens.accepts(next, HOST, nowNanos)).isTrue();
    nowNanos += 100 * Tokens.ROTATION_NANOS;
    assertThat(tokens.accepts(next, HOST, nowNanos)).isFalse();
  }
}
