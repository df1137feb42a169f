package dev.usernameregistry.crypto;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;

/** Ed25519 keys as the providers of the JDK's interface take them (RFC 8410). */
final class EncodedKey {
  /** What the providers call Ed25519 and its relatives. */
  static final String ALGORITHM = "EdDSA";

  private static final byte[] SEED_HEADER =
      HexFormat.of().parseHex("302e020100300506032b657004220420");
  private static final byte[] POINT_HEADER = HexFormat.of().parseHex("302a300506032b6570032100");

  private EncodedKey() {}

  static PublicKey of(Key publicKey) {
    return new Point(joined(POINT_HEADER, publicKey.bytes()));
  }

  static PrivateKey ofSeed(byte[] seed) {
    return new Seed(joined(SEED_HEADER, seed));
  }

  private static byte[] joined(byte[] header, byte[] rest) {
    byte[] all = Arrays.copyOf(header, header.length + rest.length);
    System.arraycopy(rest, 0, all, header.length, rest.length);
    return all;
  }

  private record Seed(byte[] pkcs8) implements PrivateKey {
    @Override
    public String getAlgorithm() {
      return ALGORITHM;
    }

    @Override
    public String getFormat() {
      return "PKCS#8";
    }

    @Override
    public byte[] getEncoded() {
      return pkcs8.clone();
    }
  }

  private record Point(byte[] x509) implements PublicKey {
    @Override
    public String getAlgorithm() {
      return ALGORITHM;
    }

    @Override
    public String getFormat() {
      return "X.509";
    }

    @Override
    public byte[] getEncoded() {
      return x509.clone();
    }
  }
}
