package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TopicTest {
  private static final String DIGITS = "ab".repeat(32);

  @Test
  void digitsOfATopicAreNotHashedAsAText() {
    assertThatThrownBy(() -> Topic.of(DIGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use Topic.fromHex")
        .hasMessageContaining(DIGITS);
    assertThat(Topic.fromHex(DIGITS).hex()).isEqualTo(DIGITS);
  }

  @Test
  void whatAreNoDigitsOfATopicIsRefusedWithWhatTakesIt() {
    for (String other : new String[] {"abc", "", "g".repeat(64), DIGITS + "\n"}) {
      assertThatThrownBy(() -> Topic.fromHex(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("64 hexadecimal digits, got " + other.length() + " characters")
          .hasMessageContaining("Topic.of");
    }
  }

  @Test
  void anyOtherTextIsHashedAndABlankOneIsRefused() {
    assertThat(Topic.of(DIGITS.substring(1))).isNotEqualTo(Topic.of(DIGITS.substring(2)));
    assertThatThrownBy(() -> Topic.of(" ")).isInstanceOf(IllegalArgumentException.class);
  }
}
