package dev.usernameregistry.log;

import java.io.IOException;

/** A stored record is not what was written: its checksum or its format is wrong. */
public final class CorruptStorageException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says in {@code message} which record. */
  public CorruptStorageException(String message, Throwable cause) {
    super(message, cause);
  }
}
