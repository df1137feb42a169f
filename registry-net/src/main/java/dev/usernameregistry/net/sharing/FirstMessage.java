package dev.usernameregistry.net.sharing;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.mux.Mux;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Tells a raw registry key, which an application sends as a message of its own, from a mux frame
 * (protomux sheet, section 5.3).
 */
final class FirstMessage {
  private boolean any;
  private boolean found;

  /**
   * Returns the key if {@code message}, the next one of the connection, is one. The first message
   * is if it has 32 bytes. A later one with 32 bytes must name a channel that the peer never
   * opened, and be the only one.
   */
  Optional<Key> keyIn(ByteBuffer message, Mux mux) {
    boolean first = !any;
    any = true;
    if (message.remaining() != Key.BYTES || found || !(first || isNoFrame(message, mux))) {
      return Optional.empty();
    }
    found = true;
    byte[] bytes = new byte[Key.BYTES];
    message.duplicate().get(bytes);
    return Optional.of(Key.of(bytes));
  }

  private static boolean isNoFrame(ByteBuffer message, Mux mux) {
    int channel = message.get(message.position()) & 0xff;
    return channel != 0 && channel <= 0xfc && !mux.hasOpened(channel);
  }
}
