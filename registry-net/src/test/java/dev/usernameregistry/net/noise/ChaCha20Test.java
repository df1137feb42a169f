package dev.usernameregistry.net.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.spec.ChaCha20ParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class ChaCha20Test {

  /** Often enough that it runs compiled: the compiler once got an earlier version wrong. */
  @Test
  void ciphertextIsThatOfTheJdkAlsoAfterManyRuns() throws GeneralSecurityException {
    Random random = new Random(1);
    byte[] key = new byte[32];
    byte[] counterAndNonce = new byte[16];
    for (int run = 0; run < 200_000; run++) {
      random.nextBytes(key);
      random.nextBytes(counterAndNonce);
      byte[] text = new byte[random.nextInt(run % 1000 == 0 ? 5000 : 300)];
      byte[] ours = text.clone();
      ChaCha20.xor(ChaCha20.state(key, counterAndNonce), 1, ours, 0, ours.length);
      assertThat(Arrays.equals(ours, jdk(key, Arrays.copyOfRange(counterAndNonce, 4, 16), text)))
          .as("run %d, %d bytes", run, text.length)
          .isTrue();
    }
  }

  /** draft-irtf-cfrg-xchacha-03, section 2.2.1. */
  @Test
  void derivedKeyIsThatOfTheDraft() {
    byte[] key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    assertThat(ChaCha20.hchacha(key, hex("000000090000004a0000000031415927")))
        .isEqualTo(hex("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"));
  }

  private static byte[] jdk(byte[] key, byte[] nonce, byte[] text) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("ChaCha20");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(key, "ChaCha20"),
        new ChaCha20ParameterSpec(nonce, 1));
    return cipher.doFinal(text);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
