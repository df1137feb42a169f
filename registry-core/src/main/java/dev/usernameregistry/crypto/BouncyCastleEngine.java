package dev.usernameregistry.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchProviderException;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Ed25519 in Java, for every platform.
 *
 * <p>Bouncy Castle multiplies the equation before it compares, so that parts of small order in the
 * key or in the signature's point could go unnoticed: in the point they are looked for, and the
 * keys that have one, which no seed leads to, are left to the JDK. That compares exactly, and takes
 * ten times as long; a runtime image without its module refuses them.
 */
final class BouncyCastleEngine implements Ed25519Engine {
  private static final String JDK = "SunEC";

  @Override
  public byte[] sign(Signer signer, byte[] message) {
    byte[] signature = new byte[KeyPair.SIGNATURE_BYTES];
    Ed25519.sign(signer.seed(), 0, signer.publicKey(), 0, message, 0, message.length, signature, 0);
    return signature;
  }

  @Override
  public boolean holds(byte[] signature, byte[] message, Key publicKey) {
    return publicKey
        .primeOrderPoint()
        .map(
            point ->
                Ed25519.verify(signature, 0, point, message, 0, message.length)
                    && Ed25519.validatePublicKeyFull(signature, 0))
        .orElseGet(
            () ->
                Ed25519.validatePublicKeyPartial(publicKey.bytes(), 0)
                    && Ed25519.validatePublicKeyPartial(signature, 0)
                    && holdsExactly(signature, message, publicKey));
  }

  private static boolean holdsExactly(byte[] signature, byte[] message, Key publicKey) {
    try {
      Signature verifying = Signature.getInstance(EncodedKey.ALGORITHM, JDK);
      verifying.initVerify(
          KeyFactory.getInstance(EncodedKey.ALGORITHM, JDK)
              .generatePublic(new X509EncodedKeySpec(EncodedKey.of(publicKey).getEncoded())));
      verifying.update(message);
      return verifying.verify(signature);
    } catch (SignatureException | NoSuchProviderException malformedOrNotToBeTold) {
      return false;
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException("this JDK's Ed25519 does not verify", failure);
    }
  }

  @Override
  public String description() {
    return "Bouncy Castle";
  }
}
