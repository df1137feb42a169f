package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.junit.jupiter.api.Test;

class SmallOrderTest {
  private static final BigInteger P = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));

  /** From RFC 8032, 5.1: -x^2 + y^2 = 1 + d x^2 y^2. */
  private static final BigInteger D =
      BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(P)).mod(P);

  @Test
  void eightTimesSuchAPointIsNothing() {
    String[] coordinates = {
      "0100000000000000000000000000000000000000000000000000000000000000",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "0000000000000000000000000000000000000000000000000000000000000000",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
    };
    for (String coordinate : coordinates) {
      BigInteger y = number(HexFormat.of().parseHex(coordinate));
      // y of a doubled point, by the addition law, with x^2 as the curve says
      for (int times = 0; times < 3; times++) {
        y = doubled(y);
      }
      assertThat(y).as(coordinate).isEqualTo(BigInteger.ONE);
    }
  }

  private static BigInteger doubled(BigInteger y) {
    BigInteger yy = y.multiply(y).mod(P);
    BigInteger xx =
        yy.subtract(BigInteger.ONE)
            .multiply(D.multiply(yy).add(BigInteger.ONE).modInverse(P))
            .mod(P);
    BigInteger product = D.multiply(xx).multiply(yy);
    return yy.add(xx).multiply(BigInteger.ONE.subtract(product).modInverse(P)).mod(P);
  }

  private static BigInteger number(byte[] littleEndian) {
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
    }
    return new BigInteger(1, bigEndian);
  }

  @Test
  void theSignOfXDoesNotMatter() {
    byte[] one = new byte[64];
    one[0] = 1;
    assertThat(SmallOrder.isPoint(one)).isTrue();
    one[31] = (byte) 0x80;
    assertThat(SmallOrder.isPoint(one)).isTrue();
    one[31] = 1;
    assertThat(SmallOrder.isPoint(one)).isFalse();
  }

  @Test
  void pointsOfSignaturesAreNot() {
    Random random = new Random(2);
    for (int n = 0; n < 200; n++) {
      byte[] seed = new byte[KeyPair.SEED_BYTES];
      random.nextBytes(seed);
      byte[] signature = KeyPair.fromSeed(seed).sign(seed);
      assertThat(SmallOrder.isPoint(signature)).isFalse();
      assertThat(Ed25519.validatePublicKeyPartial(signature, 0)).isTrue();
    }
  }

  /** All points of small order are found in one coset of the eight, whatever their encoding. */
  @Test
  void whatBouncyCastleRefusesAsAPointOfSmallOrderIsOne() {
    for (String hex :
        new String[] {
          "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
          "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
        }) {
      byte[] point = HexFormat.of().parseHex(hex);
      byte[] negative = Arrays.copyOf(point, point.length);
      negative[31] |= (byte) 0x80;
      for (byte[] either : new byte[][] {point, negative}) {
        assertThat(Ed25519.validatePublicKeyPartial(either, 0)).isFalse();
        assertThat(SmallOrder.isPoint(either)).isTrue();
      }
    }
  }
}
