package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest {

  @Test
  void aSignatureHasExactlyItsSize() {
    KeyPair pair = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    byte[] message = {1, 2, 3};
    byte[] signature = pair.sign(message);
    assertThat(Signatures.verify(signature, message, pair.publicKey())).isTrue();
    for (int size : new int[] {0, 32, 63, 65, 68}) {
      byte[] other = Arrays.copyOf(signature, size);
      assertThat(Signatures.verify(other, message, pair.publicKey())).isFalse();
      assertThat(Signatures.verify(new BouncyCastleEngine(), other, message, pair.publicKey()))
          .as("by the engine that would look at the first 64 bytes")
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 31, 33, 64})
  void aSeedHasExactlyItsSize(int bytes) {
    assertThatThrownBy(() -> KeyPair.fromSeed(new byte[bytes]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got " + bytes);
  }

  @Test
  void aSeedThatIsWipedAfterwardsIsStillThatOfItsPair() {
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    seed[0] = 1;
    KeyPair pair = KeyPair.fromSeed(seed);
    byte[] message = {1, 2, 3};
    byte[] signature = pair.sign(message);
    seed[0] = 0;

    assertThat(pair.seed()).startsWith(1);
    assertThat(pair.sign(message)).isEqualTo(signature);
  }

  /** The key's point is decoded once and kept; that must not change a verdict. */
  @Test
  void verdictsAreThoseOfAllChecksOnTheBytes() {
    Random random = new Random(1);
    int valid = 0;
    for (int n = 0; n < 500; n++) {
      byte[] seed = new byte[KeyPair.SEED_BYTES];
      byte[] message = new byte[random.nextInt(200)];
      random.nextBytes(seed);
      random.nextBytes(message);
      byte[] signature = KeyPair.fromSeed(seed).sign(message);
      byte[] key = KeyPair.fromSeed(seed).publicKey().bytes();
      flipOrNot(random, key);
      flipOrNot(random, signature);
      Key known = Key.of(key);
      for (int again = 0; again < 2; again++) {
        boolean verdict = Signatures.verify(signature, message, known);
        assertThat(verdict).isEqualTo(holds(signature, message, key));
        valid += verdict ? 1 : 0;
      }
    }
    assertThat(valid).isBetween(200, 800);
  }

  private static void flipOrNot(Random random, byte[] bytes) {
    if (random.nextInt(4) == 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  private static boolean holds(byte[] signature, byte[] message, byte[] key) {
    return Ed25519.validatePublicKeyFull(key, 0)
        && Ed25519.verify(signature, 0, key, 0, message, 0, message.length)
        && Ed25519.validatePublicKeyFull(signature, 0);
  }

  @Test
  void aKeyPairShowsNoSecret() {
    KeyPair pair = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    assertThat(pair.toString()).contains(pair.publicKey().hex()).doesNotContain("00000000");
    pair.seed()[0] = 1;
    assertThat(pair.seed()).containsOnly(0);
  }
}
