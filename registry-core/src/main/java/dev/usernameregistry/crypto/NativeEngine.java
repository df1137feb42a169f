package dev.usernameregistry.crypto;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Ed25519 of AWS-LC, by way of the Amazon Corretto Crypto Provider: a few times as fast as Java.
 *
 * <p>It computes the signature's point from all else and compares the bytes. Where the key has
 * prime order the computed point has it too, in its one spelling, so that only the neutral element
 * is left to be refused.
 */
final class NativeEngine implements Ed25519Engine {
  private static final String PROVIDER =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";
  private static final String ALGORITHM = "EdDSA";

  /** What stands before the 32 bytes of a seed in PKCS #8, and of a key in X.509 (RFC 8410). */
  private static final byte[] SEED_HEADER =
      HexFormat.of().parseHex("302e020100300506032b657004220420");

  private static final byte[] KEY_HEADER = HexFormat.of().parseHex("302a300506032b6570032100");

  /** The neutral element: y = 1, x = 0. */
  private static final byte[] NEUTRAL = {
    1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
  };

  private final Provider provider;

  private NativeEngine(Provider provider) {
    this.provider = provider;
  }

  /**
   * Returns the engine if its provider is on the class path or module path. Takes some 0.3 s of a
   * processor.
   *
   * @throws GeneralSecurityException if the provider is there and does not work on this platform
   */
  static Optional<NativeEngine> load() throws GeneralSecurityException {
    Optional<Provider> provider =
        ServiceLoader.load(Provider.class, NativeEngine.class.getClassLoader()).stream()
            .filter(found -> found.type().getName().equals(PROVIDER))
            .findFirst()
            .map(ServiceLoader.Provider::get);
    if (provider.isPresent()) {
      Signature.getInstance(ALGORITHM, provider.get());
    }
    return provider.map(NativeEngine::new);
  }

  @Override
  public byte[] sign(Signer signer, byte[] message) {
    try {
      Signature idle = signer.idle().getAndSet(null);
      Signature signing = idle == null ? signing(signer.seed()) : idle;
      signing.update(message);
      byte[] signature = signing.sign();
      signer.idle().set(signing);
      return signature;
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("the native Ed25519 does not sign", failure);
    }
  }

  private Signature signing(byte[] seed) throws GeneralSecurityException {
    Signature signing = Signature.getInstance(ALGORITHM, provider);
    signing.initSign(new Seed(joined(SEED_HEADER, seed)));
    return signing;
  }

  @Override
  public boolean verify(byte[] signature, byte[] message, Key publicKey) {
    if (publicKey.primeOrderPoint().isEmpty()
        || Arrays.equals(signature, 0, Key.BYTES, NEUTRAL, 0, Key.BYTES)) {
      return false;
    }
    try {
      Signature verifying = Signature.getInstance(ALGORITHM, provider);
      verifying.initVerify(new Point(joined(KEY_HEADER, publicKey.bytes())));
      verifying.update(message);
      return verifying.verify(signature);
    } catch (SignatureException malformed) {
      return false;
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("the native Ed25519 does not verify", failure);
    }
  }

  @Override
  public String description() {
    return provider.getName() + " " + provider.getVersionStr();
  }

  private static byte[] joined(byte[] header, byte[] rest) {
    byte[] all = Arrays.copyOf(header, header.length + rest.length);
    System.arraycopy(rest, 0, all, header.length, rest.length);
    return all;
  }

  /** A seed as the provider takes it. */
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

  /** A public key as the provider takes it. */
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
