package dev.usernameregistry.net.peering.message;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;

/**
 * Names a blind relay at which both peers can meet.
 *
 * <pre>
 * field      encoding  meaning
 * version    uint      1
 * flags      uint      0
 * publicKey  32 bytes  the relay server's key, by which it is dialled like any peer
 * token      32 bytes  random; both peers show it to the relay, which joins their streams
 * </pre>
 */
public record RelayThrough(Key publicKey, Key token) {
  private static final int VERSION = 1;

  static RelayThrough decode(WireReader in) {
    in.uint();
    in.uint();
    return new RelayThrough(Key.of(in.fixed(Key.BYTES)), Key.of(in.fixed(Key.BYTES)));
  }

  void encode(WireWriter out) {
    out.uint(VERSION).uint(0).raw(publicKey.bytes()).raw(token.bytes());
  }
}
