package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;

class EncodedPointTest {
  private static final BigInteger PRIME =
      BigInteger.ONE.shiftLeft(255).subtract(BigInteger.valueOf(19));

  /** y of the points of order 4, 1, 2 and 8. */
  private static final BigInteger[] SMALL = {
    BigInteger.ZERO,
    BigInteger.ONE,
    PRIME.subtract(BigInteger.ONE),
    new BigInteger("05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826", 16),
    new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16)
  };

  @Test
  void noPointOfSmallOrderIsOneOfLargeOrderInEitherSpellingOfX() {
    for (BigInteger small : SMALL) {
      for (boolean odd : new boolean[] {false, true}) {
        assertThat(EncodedPoint.isOneSpellingOfLargeOrder(bytes(small, odd))).isFalse();
      }
    }
  }

  @Test
  void theYOfOrderEightAreRight() {
    for (int i = 3; i < SMALL.length; i++) {
      assertThat(Ed25519.validatePublicKeyPartial(bytes(SMALL[i], false), 0)).isFalse();
      // the double of a point of order 8 has y = 0: 1 + d x²y² = 2y² there, with x² = y²
      BigInteger square = SMALL[i].multiply(SMALL[i]).mod(PRIME);
      BigInteger d =
          BigInteger.valueOf(-121665)
              .multiply(BigInteger.valueOf(121666).modInverse(PRIME))
              .mod(PRIME);
      BigInteger xSquare =
          square
              .subtract(BigInteger.ONE)
              .multiply(square.multiply(d).add(BigInteger.ONE).modInverse(PRIME))
              .mod(PRIME);
      assertThat(xSquare.add(square).mod(PRIME)).isEqualTo(BigInteger.ZERO);
    }
  }

  @Test
  void aSpellingFromThePrimeOnIsRefused() {
    for (BigInteger y = PRIME; y.bitLength() <= 255; y = y.add(BigInteger.ONE)) {
      assertThat(EncodedPoint.isOneSpellingOfLargeOrder(bytes(y, false))).isFalse();
      assertThat(EncodedPoint.isOneSpellingOfLargeOrder(bytes(y, true))).isFalse();
    }
    BigInteger greatest = PRIME.subtract(BigInteger.TWO);
    assertThat(EncodedPoint.isOneSpellingOfLargeOrder(bytes(greatest, true))).isTrue();
  }

  /** Where bytes are a point at all, the verdict is that of the check that decodes it. */
  @Test
  void theVerdictOnPointsIsThatOfDecoding() {
    Random random = new Random(1);
    int points = 0;
    for (int n = 0; n < 2_000; n++) {
      byte[] bytes = n < 300 ? bytes(BigInteger.valueOf(n), n % 2 == 0) : random(random);
      boolean decoded = Ed25519.validatePublicKeyPartial(bytes, 0);
      if (decoded) {
        points++;
        assertThat(EncodedPoint.isOneSpellingOfLargeOrder(bytes)).isTrue();
      }
    }
    assertThat(points).isBetween(800, 1_200);
  }

  /** Bytes that are no point pass the check, and no signature holds for them. */
  @Test
  void bytesThatAreNoPointVerifyNothing() throws Exception {
    Random random = new Random(2);
    Ed25519Engine fast = NativeEngine.load().orElseThrow();
    int tried = 0;
    while (tried < 100) {
      Key key = Key.of(random(random));
      if (key.canVerify() && !Ed25519.validatePublicKeyPartial(key.bytes(), 0)) {
        tried++;
        byte[] signature = new byte[KeyPair.SIGNATURE_BYTES];
        System.arraycopy(random(random), 0, signature, 0, Key.BYTES);
        assertThat(Signatures.verify(fast, signature, new byte[3], key)).isFalse();
        assertThat(Signatures.verify(new BouncyCastleEngine(), signature, new byte[3], key))
            .isFalse();
      }
    }
  }

  private static byte[] random(Random random) {
    byte[] bytes = new byte[Key.BYTES];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] bytes(BigInteger y, boolean odd) {
    byte[] bytes = new byte[Key.BYTES];
    for (int at = 0; at < Key.BYTES; at++) {
      bytes[at] = y.shiftRight(8 * at).byteValue();
    }
    bytes[Key.BYTES - 1] |= (byte) (odd ? 0x80 : 0);
    return bytes;
  }
}
