package dev.usernameregistry.crypto;

import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Arrays;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Ed25519 of AWS-LC, by way of the Amazon Corretto Crypto Provider: a few times as fast as Java. It
 * computes the signature's point from all else and compares the bytes.
 */
final class NativeEngine implements Ed25519Engine {
  private static final String PROVIDER =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

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
    return provider.isEmpty() ? Optional.empty() : Optional.of(checked(provider.get()));
  }

  /** A provider whose library does not load is only found to be useless when it is used. */
  private static NativeEngine checked(Provider provider) throws GeneralSecurityException {
    Signature.getInstance(EncodedKey.ALGORITHM, provider);
    NativeEngine engine = new NativeEngine(provider);
    byte[] seed = new byte[KeyPair.SEED_BYTES];
    Key publicKey = KeyPair.fromSeed(seed).publicKey();
    Signer signer = new Signer(seed, publicKey.bytes());
    byte[] signature = engine.sign(signer, seed);
    if (!Arrays.equals(signature, new BouncyCastleEngine().sign(signer, seed))
        || !engine.holds(signature, seed, publicKey)) {
      throw new GeneralSecurityException(provider + " does not sign as it should");
    }
    return engine;
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
    Signature signing = Signature.getInstance(EncodedKey.ALGORITHM, provider);
    signing.initSign(EncodedKey.ofSeed(seed));
    return signing;
  }

  @Override
  public boolean holds(byte[] signature, byte[] message, Key publicKey) {
    try {
      Signature verifying = Signature.getInstance(EncodedKey.ALGORITHM, provider);
      verifying.initVerify(EncodedKey.of(publicKey));
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
}
