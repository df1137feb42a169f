package dev.usernameregistry.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A stored record is not what was written: its checksum or its format is wrong. */
public final class CorruptStorageException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says in {@code message} which record; {@code cause} may be null. */
  public CorruptStorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
