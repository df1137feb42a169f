package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** How long a token is good, whether or not others are asked for in the meantime. */
final class TokensTest {
  private static final Ipv4Address HOST = Ipv4Address.of("9.8.7.6", 4444);
  private static final long START_NANOS = Long.MAX_VALUE - 5;

  private final Tokens tokens = new Tokens(new Random(1), START_NANOS);
  private final byte[] token = tokens.issue(HOST, START_NANOS);

  @Test
  void aTokenIsGoodUntilTheSecretHasChangedTwice() {
    assertThat(tokens.accepts(token, HOST, START_NANOS + Tokens.ROTATION_NANOS)).isTrue();
    long nanos = START_NANOS + 2 * Tokens.ROTATION_NANOS;
    assertThat(tokens.accepts(token, HOST, nanos - 1)).isTrue();
    assertThat(tokens.accepts(token, HOST, nanos)).isFalse();
  }

  @Test
  void aTokenEndsAlthoughNobodyAskedForAnyMeanwhile() {
    long nanos = START_NANOS + 2 * Tokens.ROTATION_NANOS;
    assertThat(tokens.accepts(token, HOST, nanos)).isFalse();
    byte[] next = tokens.issue(HOST, nanos);
    assertThat(tokens.accepts(next, HOST, nanos)).isTrue();
    assertThat(tokens.accepts(next, HOST, nanos + 100 * Tokens.ROTATION_NANOS)).isFalse();
  }
}
