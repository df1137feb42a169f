package dev.usernameregistry;

/**
 * The machine failed: the disk, or the address to listen on; the cause is an {@link
 * java.io.IOException}. It is a {@link dev.usernameregistry.log.CorruptStorageException} if the
 * storage is damaged; when a registry is opened also a {@link
 * dev.usernameregistry.log.StorageLockedException} if it is open already, and a {@link
 * dev.usernameregistry.log.StorageFormatException} if it is none. Or the thread was interrupted
 * while it waited, which stays noted on it; the cause is an {@link InterruptedException}. Or one's
 * own registry was not all here, or grew meanwhile; the cause is an {@link java.io.IOException}.
 * The message says what was tried and what to do.
 */
public final class RegistryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says in {@code message} what was tried, what is unchanged and what to do. */
  public RegistryException(String message, Throwable cause) {
    super(message, cause);
  }
}
