package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.crypto.Ed25519Engine.Signer;
import dev.usernameregistry.testkit.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The native Ed25519 makes the same bytes and gives the same verdicts as the one in Java. */
class NativeEngineTest {
  /** The large prime: 2^252 and a bit. */
  private static final BigInteger ORDER =
      BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static final Ed25519Engine JAVA = new BouncyCastleEngine();

  private static Ed25519Engine fast = JAVA;

  @BeforeAll
  static void load() throws GeneralSecurityException {
    String platform = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    assumeTrue(hasBuild(platform), "the provider has no build for " + platform);
    fast = NativeEngine.load().orElseThrow(() -> new AssertionError("no provider, " + platform));
  }

  /** The platforms for which the build fetches the provider, as the JDK calls them. */
  private static boolean hasBuild(String platform) {
    return platform.matches("(Linux|Mac OS X) on (amd64|x86_64|aarch64)");
  }

  @Test
  void aProcessGetsTheNativeOne() {
    assertThat(Signatures.awaitFastest()).isEqualTo(fast.description()).contains("Corretto");
    assertThat(Signatures.engine()).isInstanceOf(NativeEngine.class);
  }

  @Test
  void bothSignTheSameBytes() {
    Random random = new Random(1);
    for (int n = 0; n < 300; n++) {
      Signer signer = signer(random);
      for (int again = 0; again < 3; again++) {
        byte[] message = bytes(random, random.nextInt(300));
        assertThat(fast.sign(signer, message)).isEqualTo(JAVA.sign(signer, message));
      }
    }
  }

  @Test
  void bothGiveLibsodiumsVerdictAtTheEdges() throws IOException {
    JsonNode file;
    try (InputStream in = NativeEngineTest.class.getResourceAsStream("/ed25519/edges.json")) {
      file = new ObjectMapper().readTree(in);
    }
    assertThat(file.get("cases")).isNotEmpty();
    for (JsonNode edge : file.get("cases")) {
      Key key = Key.of(Vectors.bytes(edge.get("publicKey")));
      byte[] signature = Vectors.bytes(edge.get("signature"));
      byte[] message = Vectors.bytes(edge.get("message"));
      for (Ed25519Engine engine : List.of(JAVA, fast)) {
        assertThat(Signatures.verify(engine, signature, message, key))
            .as(engine.description() + ": " + edge.get("what").asText())
            .isEqualTo(edge.get("libsodium").asBoolean());
      }
    }
  }

  @Test
  void bothGiveTheSameVerdictOnDamagedSignatures() {
    Random random = new Random(2);
    int valid = 0;
    for (int n = 0; n < 3_000; n++) {
      Signer signer = signer(random);
      byte[] message = bytes(random, random.nextInt(200));
      byte[] signature = JAVA.sign(signer, message);
      byte[] key = signer.publicKey().clone();
      damage(random, signature, key, message);
      boolean verdict = Signatures.verify(fast, signature, message, Key.of(key));
      assertThat(verdict).isEqualTo(Signatures.verify(JAVA, signature, message, Key.of(key)));
      valid += verdict ? 1 : 0;
    }
    assertThat(valid).isBetween(600, 2_400);
  }

  /** Whoever has the seed can make a signature whose point is the neutral element. */
  @Test
  void bothRefuseTheNeutralElementAsTheSignaturesPoint() throws Exception {
    Random random = new Random(3);
    for (int n = 0; n < 50; n++) {
      Signer signer = signer(random);
      byte[] message = bytes(random, 100);
      byte[] neutral = new byte[Key.BYTES];
      neutral[0] = 1;
      byte[] signature = withoutRandomness(signer, neutral, message);
      Key key = Key.of(signer.publicKey());
      assertThat(Ed25519.verify(signature, 0, key.bytes(), 0, message, 0, message.length))
          .as("the equation holds")
          .isTrue();
      assertThat(Signatures.verify(JAVA, signature, message, key)).isFalse();
      assertThat(Signatures.verify(fast, signature, message, key)).isFalse();
    }
  }

  @Test
  void manyThreadsMaySignWithOneKeyPairAndVerify() throws Exception {
    KeyPair pair = KeyPair.fromSeed(bytes(new Random(4), KeyPair.SEED_BYTES));
    Signer signer = new Signer(pair.seed(), pair.publicKey().bytes());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> verdicts = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Random random = new Random(thread);
        verdicts.add(
            threads.submit(
                () -> {
                  boolean all = true;
                  for (int n = 0; n < 500; n++) {
                    byte[] message = bytes(random, 100);
                    byte[] signature = fast.sign(signer, message);
                    all &=
                        Arrays.equals(signature, JAVA.sign(signer, message))
                            && Signatures.verify(fast, signature, message, pair.publicKey());
                  }
                  return all;
                }));
      }
      for (Future<Boolean> verdict : verdicts) {
        assertThat(verdict.get()).isTrue();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static Signer signer(Random random) {
    byte[] seed = bytes(random, KeyPair.SEED_BYTES);
    return new Signer(seed, KeyPair.fromSeed(seed).publicKey().bytes());
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Leaves a third as they are; else flips a bit, or adds the order to the scalar. */
  private static void damage(Random random, byte[] signature, byte[] key, byte[] message) {
    switch (random.nextInt(6)) {
      case 0 -> flip(random, signature);
      case 1 -> flip(random, key);
      case 2 -> flip(random, message);
      case 3 -> {
        BigInteger scalar = number(Arrays.copyOfRange(signature, Key.BYTES, signature.length));
        System.arraycopy(littleEndian(scalar.add(ORDER)), 0, signature, Key.BYTES, Key.BYTES);
      }
      default -> {}
    }
  }

  private static void flip(Random random, byte[] bytes) {
    if (bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
  }

  /** RFC 8032, 5.1.6, with r = 0. */
  private static byte[] withoutRandomness(Signer signer, byte[] point, byte[] message)
      throws NoSuchAlgorithmException {
    byte[] secret =
        Arrays.copyOf(MessageDigest.getInstance("SHA-512").digest(signer.seed()), Key.BYTES);
    secret[0] &= (byte) 0xf8;
    secret[31] = (byte) ((secret[31] & 0x7f) | 0x40);
    MessageDigest digest = MessageDigest.getInstance("SHA-512");
    digest.update(point);
    digest.update(signer.publicKey());
    BigInteger scalar = number(digest.digest(message)).multiply(number(secret)).mod(ORDER);
    byte[] signature = Arrays.copyOf(point, KeyPair.SIGNATURE_BYTES);
    System.arraycopy(littleEndian(scalar), 0, signature, Key.BYTES, Key.BYTES);
    return signature;
  }

  private static BigInteger number(byte[] littleEndian) {
    return new BigInteger(1, reversed(littleEndian));
  }

  private static byte[] littleEndian(BigInteger number) {
    byte[] bigEndian = number.toByteArray();
    return Arrays.copyOf(reversed(bigEndian), Key.BYTES);
  }

  private static byte[] reversed(byte[] bytes) {
    byte[] reversed = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      reversed[i] = bytes[bytes.length - 1 - i];
    }
    return reversed;
  }
}
