package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZBase32Test {
  @Test
  void decodeIsInverseOfEncode() {
    Random random = new Random(1);
    for (int length = 0; length < 200; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(ZBase32.decode(ZBase32.encode(bytes))).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"y", "yb", "yyy", "YY", "y0", "yé", "y\u0080", "yyyyb", "yyyyyyyy2", "y y"})
  void textThatEncodeNeverReturnsIsRefused(String text) {
    assertThatThrownBy(() -> ZBase32.decode(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
