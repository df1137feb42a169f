package dev.usernameregistry.net.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.engines.ChaCha7539Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;

class ChaCha20Test {

  @Test
  void keystreamIsThatOfBouncyCastleInWhateverPieces() {
    Random random = new Random(1);
    ChaCha20 ours = new ChaCha20();
    for (int run = 0; run < 10_000; run++) {
      byte[] key = bytes(random, 32);
      byte[] nonce = bytes(random, ChaCha20.NONCE_BYTES);
      byte[] text = bytes(random, random.nextInt(run % 1000 == 0 ? 5000 : 300));
      byte[] expected = bouncyCastle(key, nonce, text);
      int first = random.nextInt(text.length + 1);
      ours.start(new SecretKeySpec(key, ChaCha20.NAME), nonce);
      ours.xor(text, 0, first);
      ours.xor(text, first, text.length - first);
      assertThat(Arrays.equals(text, expected))
          .as("run %d, %d bytes, %d first", run, text.length, first)
          .isTrue();
    }
  }

  /** Bouncy Castle's would begin one twice. */
  @Test
  void keystreamIsMadeByTheJdkWhateverProviderIsFirst() {
    Provider first = new BouncyCastleProvider();
    Security.insertProviderAt(first, 1);
    try {
      ChaCha20 ours = new ChaCha20();
      SecretKey key = new SecretKeySpec(new byte[32], ChaCha20.NAME);
      ours.start(key, new byte[ChaCha20.NONCE_BYTES]);
      assertThatThrownBy(() -> ours.start(key, new byte[ChaCha20.NONCE_BYTES]))
          .isInstanceOf(AssertionError.class);
    } finally {
      Security.removeProvider(first.getName());
    }
  }

  /** draft-irtf-cfrg-xchacha-03, section 2.2.1. */
  @Test
  void derivedKeyIsThatOfTheDraft() {
    byte[] key = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    assertThat(ChaCha20.hchacha(key, hex("000000090000004a0000000031415927")))
        .isEqualTo(hex("82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc"));
  }

  private static byte[] bouncyCastle(byte[] key, byte[] nonce, byte[] text) {
    ChaCha7539Engine engine = new ChaCha7539Engine();
    engine.init(true, new ParametersWithIV(new KeyParameter(key), nonce));
    byte[] out = new byte[text.length];
    engine.processBytes(text, 0, text.length, out, 0);
    return out;
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }
}
