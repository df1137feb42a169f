package dev.usernameregistry.net.noise;

import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc7748.X25519Field;

/**
 * A point of the Ed25519 curve in extended coordinates (RFC 8032, section 5.1.4): x = X/Z, y = Y/Z,
 * xy = T/Z. The formulas hold for all pairs of points, so nothing branches on a secret.
 */
final class EdwardsPoint {
  private static final int[] D =
      element("a3785913ca4deb75abd841414d0a700098e879777940c78c73fe6f2bee6c0352");
  private static final int[] D2 = sum(D, D);

  /** A scalar is taken by digits of so many bits. */
  private static final int DIGIT_BITS = 4;

  private static final int DIGIT_MAX = (1 << DIGIT_BITS) - 1;

  private final int[] x = X25519Field.create();
  private final int[] y = X25519Field.create();
  private final int[] z = X25519Field.create();
  private final int[] t = X25519Field.create();

  private EdwardsPoint() {}

  /**
   * Decodes a point whose encoding is known to be valid.
   *
   * @throws AssertionError if it is not
   */
  static EdwardsPoint decode(byte[] encoded) {
    EdwardsPoint point = new EdwardsPoint();
    X25519Field.decode255(encoded, point.y);
    int[] u = X25519Field.create();
    int[] v = X25519Field.create();
    X25519Field.sqr(point.y, u);
    X25519Field.mul(D, u, v);
    X25519Field.subOne(u);
    X25519Field.addOne(v);
    if (!X25519Field.sqrtRatioVar(u, v, point.x)) {
      throw new AssertionError("decoding a point that was not checked");
    }
    X25519Field.normalize(point.x);
    int sign = (encoded[31] & 0x80) >>> 7;
    X25519Field.cnegate(sign ^ (point.x[0] & 1), point.x);
    X25519Field.one(point.z);
    X25519Field.mul(point.x, point.y, point.t);
    return point;
  }

  /** Returns y as 255 bits, little-endian, with the sign of x in the top bit. */
  byte[] encode() {
    int[] inverse = X25519Field.create();
    int[] affine = X25519Field.create();
    byte[] encoded = new byte[32];
    X25519Field.inv(z, inverse);
    X25519Field.mul(y, inverse, affine);
    X25519Field.normalize(affine);
    X25519Field.encode(affine, encoded);
    X25519Field.mul(x, inverse, affine);
    X25519Field.normalize(affine);
    encoded[31] |= (byte) ((affine[0] & 1) << 7);
    return encoded;
  }

  /**
   * Returns the {@code scalar}-fold of this point. Takes the same steps for every scalar, and reads
   * the same places of memory.
   *
   * @param scalar 256 bits, little-endian
   */
  EdwardsPoint multiply(byte[] scalar) {
    EdwardsPoint[] multiples = multiples();
    EdwardsPoint product = neutral();
    for (int digit = 2 * scalar.length - 1; digit >= 0; digit--) {
      for (int bit = 0; bit < DIGIT_BITS; bit++) {
        product.twice();
      }
      int multiple = (scalar[digit >> 1] >>> ((digit & 1) * DIGIT_BITS)) & DIGIT_MAX;
      product.setSum(product, chosen(multiples, multiple));
    }
    return product;
  }

  /** Returns the neutral point, this one, and so on up to its {@link #DIGIT_MAX}-fold. */
  private EdwardsPoint[] multiples() {
    EdwardsPoint[] multiples = new EdwardsPoint[DIGIT_MAX + 1];
    multiples[0] = neutral();
    for (int i = 1; i < multiples.length; i++) {
      multiples[i] = new EdwardsPoint();
      multiples[i].setSum(multiples[i - 1], this);
    }
    return multiples;
  }

  /** Returns a copy of one of these, of which all are read. */
  private static EdwardsPoint chosen(EdwardsPoint[] points, int index) {
    EdwardsPoint chosen = new EdwardsPoint();
    for (int i = 0; i < points.length; i++) {
      chosen.setIf(((i ^ index) - 1) >> (Integer.SIZE - 1), points[i]);
    }
    return chosen;
  }

  private static EdwardsPoint neutral() {
    EdwardsPoint point = new EdwardsPoint();
    X25519Field.one(point.y);
    X25519Field.one(point.z);
    return point;
  }

  /** Doubling "dbl-2008-hwcd" with all four factors negated. */
  private void twice() {
    int[] a = square(x);
    int[] b = square(y);
    int[] c = square(z);
    int[] h = sum(a, b);
    int[] g = difference(a, b);
    int[] e = difference(h, square(sum(x, y)));
    int[] f = sum(sum(c, c), g);
    setProducts(e, f, g, h);
  }

  /** Addition "add-2008-hwcd-3". */
  private void setSum(EdwardsPoint p, EdwardsPoint q) {
    int[] a = product(difference(p.y, p.x), difference(q.y, q.x));
    int[] b = product(sum(p.y, p.x), sum(q.y, q.x));
    int[] c = product(product(p.t, D2), q.t);
    int[] zz = product(p.z, q.z);
    int[] d = sum(zz, zz);
    setProducts(difference(b, a), difference(d, c), sum(d, c), sum(b, a));
  }

  private void setProducts(int[] e, int[] f, int[] g, int[] h) {
    X25519Field.mul(e, f, x);
    X25519Field.mul(g, h, y);
    X25519Field.mul(f, g, z);
    X25519Field.mul(e, h, t);
  }

  /** Becomes {@code other} if {@code mask} is −1, stays if it is 0. */
  private void setIf(int mask, EdwardsPoint other) {
    X25519Field.cmov(mask, other.x, 0, x, 0);
    X25519Field.cmov(mask, other.y, 0, y, 0);
    X25519Field.cmov(mask, other.z, 0, z, 0);
    X25519Field.cmov(mask, other.t, 0, t, 0);
  }

  private static int[] sum(int[] a, int[] b) {
    int[] r = X25519Field.create();
    X25519Field.add(a, b, r);
    X25519Field.carry(r);
    return r;
  }

  private static int[] difference(int[] a, int[] b) {
    int[] r = X25519Field.create();
    X25519Field.sub(a, b, r);
    X25519Field.carry(r);
    return r;
  }

  private static int[] product(int[] a, int[] b) {
    int[] r = X25519Field.create();
    X25519Field.mul(a, b, r);
    return r;
  }

  private static int[] square(int[] a) {
    int[] r = X25519Field.create();
    X25519Field.sqr(a, r);
    return r;
  }

  private static int[] element(String hex) {
    int[] r = X25519Field.create();
    X25519Field.decode255(HexFormat.of().parseHex(hex), r);
    return r;
  }
}
