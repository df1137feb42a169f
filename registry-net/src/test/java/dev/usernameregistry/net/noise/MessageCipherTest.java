package dev.usernameregistry.net.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MessageCipherTest {
  private static final byte[] KEY = new byte[32];
  private static final byte[] HEADER = new byte[MessageCipher.HEADER_BYTES];
  private static final int LENGTH = 100;

  /** Returns a message of zeros, sealed, between two bytes that belong to nobody. */
  private static byte[] sealed(int tag) {
    byte[] bytes = new byte[1 + LENGTH + MessageCipher.OVERHEAD_BYTES + 1];
    new MessageCipher(KEY, HEADER).seal(tag, bytes, 1, LENGTH);
    return bytes;
  }

  private static int open(byte[] bytes) {
    return new MessageCipher(KEY, HEADER).open(bytes, 1, bytes.length - 2);
  }

  @Test
  void whateverTheTagIsItIsReturned() {
    for (int tag : new int[] {0, 1, 3, 0x80, 0xff}) {
      byte[] bytes = sealed(tag);
      assertThat(open(bytes)).isEqualTo(tag);
      assertThat(Arrays.copyOfRange(bytes, 2, 2 + LENGTH)).containsOnly(0);
      assertThat(bytes[0]).isZero();
      assertThat(bytes[bytes.length - 1]).isZero();
    }
  }

  @Test
  void aMessageThatIsNotAuthenticIsLeftAsItCame() {
    for (int at = 1; at < sealed(0).length - 1; at++) {
      byte[] bytes = sealed(0);
      bytes[at] ^= 1;
      byte[] came = bytes.clone();
      assertThatThrownBy(() -> open(bytes))
          .as("byte %d", at)
          .isInstanceOf(SecretStreamException.class);
      assertThat(bytes).isEqualTo(came);
    }
  }
}
