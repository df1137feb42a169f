package dev.usernameregistry.testkit;

import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.log.Storage;
import java.io.IOException;
import java.util.Optional;

/** Opens logs whose writer is named by a number. */
public final class WritableLog {
  private WritableLog() {}

  /** Opens the log of writer {@code seed}, in 0..127; equal seeds are one log. */
  public static Log open(Storage storage, int seed) {
    byte[] bytes = new byte[KeyPair.SEED_BYTES];
    bytes[0] = (byte) seed;
    KeyPair signer = KeyPair.fromSeed(bytes);
    Manifest manifest = Manifest.single(signer.publicKey());
    try {
      return Log.open(storage.openLog(manifest.key()), manifest, Optional.of(signer));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
