package dev.usernameregistry.net.directory;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;

/**
 * What a peer says as it opens the directory channel.
 *
 * <pre>
 * field        encoding  meaning
 * version      uint      1 or higher; a higher one only appends fields
 * registryKey  32 bytes  key of the log that is the sender's own registry
 * </pre>
 *
 * @param version as the sender speaks it
 * @param registryKey not proven by anything: the log's own signatures prove what is in it
 */
public record DirectoryHello(long version, Key registryKey) {
  /** Name of the channel's protocol; its id is empty. */
  public static final String PROTOCOL = "usernameregistry/directory";

  /** From this version on there are {@link Introductions}. */
  private static final long INTRODUCES = 2;

  /**
   * Returns what we say.
   *
   * @param introduces whether we introduce registries to the peer, and are introduced to some
   */
  public static DirectoryHello of(Key registryKey, boolean introduces) {
    return new DirectoryHello(introduces ? INTRODUCES : 1, registryKey);
  }

  /** Returns whether the sender has {@link Introductions}. */
  public boolean introduces() {
    return version >= INTRODUCES;
  }

  /** Returns the bytes of the table above. */
  public byte[] encode() {
    return new WireWriter(40).uint(version).raw(registryKey.bytes()).toByteArray();
  }

  /**
   * Reads what a peer says; bytes behind the known fields are ignored.
   *
   * @throws MalformedMessageException if the bytes do not follow the table
   */
  public static DirectoryHello decode(byte[] bytes) {
    WireReader in = new WireReader(bytes);
    long version = in.uint();
    if (version < 1) {
      throw new MalformedMessageException("directory version " + version + ", at least 1");
    }
    return new DirectoryHello(version, Key.of(in.fixed(Key.BYTES)));
  }
}
