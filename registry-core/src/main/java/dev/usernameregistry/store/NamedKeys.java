package dev.usernameregistry.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Manifest;

/**
 * What a primary key makes of names: key pairs, and keys of the logs that these sign. Immutable.
 *
 * <pre>
 * seed of a key pair      BLAKE2b keyed with the primary key, of
 *                         CORESTORE (32) ‖ namespace (32) ‖ name in UTF-8
 * namespace of a store    32 zero bytes
 * namespace below it      BLAKE2b of namespace (32) ‖ name in UTF-8
 * </pre>
 */
public final class NamedKeys {
  private static final byte[] CORESTORE = Blake2b.namespace("corestore", 0);

  private final Key primaryKey;
  private final byte[] namespace;

  private NamedKeys(Key primaryKey, byte[] namespace) {
    this.primaryKey = primaryKey;
    this.namespace = namespace;
  }

  /** Returns the names of a store with this primary key. */
  public static NamedKeys of(Key primaryKey) {
    return new NamedKeys(primaryKey, new byte[Key.BYTES]);
  }

  /** Returns the names below one more name, so that nothing here meets what is outside. */
  public NamedKeys namespace(String name) {
    return new NamedKeys(primaryKey, Blake2b.hash(namespace, name.getBytes(UTF_8)));
  }

  /** Returns the key pair of this name: that of a log, or of anything else that needs one. */
  public KeyPair keyPair(String name) {
    return KeyPair.fromSeed(
        Blake2b.keyed(primaryKey.bytes(), CORESTORE, namespace, name.getBytes(UTF_8)));
  }

  /** Returns the manifest of the log with this name. */
  public Manifest manifest(String name) {
    return Manifest.single(keyPair(name).publicKey());
  }

  /** Returns the key of the log with this name. */
  public Key logKey(String name) {
    return manifest(name).key();
  }
}
