package dev.usernameregistry.log;

import dev.usernameregistry.crypto.Key;
import java.io.IOException;
import java.util.List;

/** One writer's append-only sequence of blocks. Safe from any thread. */
public final class Log implements Blocks {
  private final Key key;

  Log(Key key) {
    this.key = key;
  }

  /** Returns the hash of the manifest, which names this log. */
  public Key key() {
    return key;
  }

  @Override
  public long length() {
    throw new UnsupportedOperationException("room B lands this next");
  }

  @Override
  public byte[] get(long block) throws IOException {
    throw new UnsupportedOperationException("room B lands this next");
  }

  @Override
  public long append(List<byte[]> values) throws IOException {
    throw new UnsupportedOperationException("room B lands this next");
  }
}
