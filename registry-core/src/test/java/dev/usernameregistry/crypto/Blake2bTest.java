package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class Blake2bTest {
  /** Each thread goes on with the same digest, in which a part may be left then. */
  @Test
  void aHashThatFailedHalfwayLeavesNothingToTheNext() {
    byte[] one = {1};
    byte[] before = Blake2b.hash(one);
    byte[][] onlyOnePart = new byte[2][];
    onlyOnePart[0] = one;
    assertThatThrownBy(() -> Blake2b.hash(onlyOnePart)).isInstanceOf(NullPointerException.class);

    assertThat(Blake2b.hash(one)).isEqualTo(before);
  }
}
