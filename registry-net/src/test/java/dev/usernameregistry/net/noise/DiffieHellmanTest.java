package dev.usernameregistry.net.noise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DiffieHellmanTest {
  /** Whose scalar-fold is the public key (RFC 8032, section 5.1). */
  private static final Key BASE_POINT =
      Key.of(HexFormat.of().parseHex("58" + "66".repeat(Key.BYTES - 1)));

  private static final int PAIRS = 200;

  private final Random random = new Random(29);

  @Test
  void thePublicKeyIsTheFoldOfTheBasePointAsTheSignaturesLibraryMakesIt() {
    for (int i = 0; i < PAIRS; i++) {
      KeyPair pair = keyPair();
      assertThat(Key.of(DiffieHellman.shared(pair, BASE_POINT)))
          .as("seed %s", HexFormat.of().formatHex(pair.seed()))
          .isEqualTo(pair.publicKey());
    }
  }

  @Test
  void bothSidesComeToTheSameSecret() {
    for (int i = 0; i < PAIRS; i++) {
      KeyPair one = keyPair();
      KeyPair other = keyPair();
      assertThat(DiffieHellman.shared(one, other.publicKey()))
          .isEqualTo(DiffieHellman.shared(other, one.publicKey()));
    }
  }

  private KeyPair keyPair() {
    byte[] seed = new byte[Key.BYTES];
    random.nextBytes(seed);
    return KeyPair.fromSeed(seed);
  }
}
