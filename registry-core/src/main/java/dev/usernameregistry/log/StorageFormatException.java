package dev.usernameregistry.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What lies where a storage should be is something else, or was made by a newer version. */
public final class StorageFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says in {@code message} what was found and what to do; {@code cause} may be null. */
  public StorageFormatException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
