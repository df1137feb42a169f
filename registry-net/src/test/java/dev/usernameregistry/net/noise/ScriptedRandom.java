package dev.usernameregistry.net.noise;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Gives out bytes that a test chose, in order, and fails when they run out. */
final class ScriptedRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;

  private final transient ByteBuffer script;

  ScriptedRandom(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    script = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      script.put(part);
    }
    script.flip();
  }

  @Override
  public void nextBytes(byte[] bytes) {
    script.get(bytes);
  }
}
