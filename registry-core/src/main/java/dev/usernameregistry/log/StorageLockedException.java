package dev.usernameregistry.log;

import java.io.IOException;

/** The storage is open already, in this process or in another one. */
public final class StorageLockedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Names in {@code message} the storage and who may have it open. */
  public StorageLockedException(String message, Throwable cause) {
    super(message, cause);
  }
}
