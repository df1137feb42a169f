package dev.usernameregistry.examples.shell;

import dev.usernameregistry.RegistryException;
import dev.usernameregistry.claims.RefusedNameException;
import dev.usernameregistry.examples.terminal.ErrorCode;
import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.StorageFormatException;
import dev.usernameregistry.log.StorageLockedException;
import java.net.BindException;
import org.jspecify.annotations.Nullable;

/** Which code stands for what a registry throws. */
final class Codes {

  private Codes() {}

  /** Returns the code of what the machine has done, by the first cause that has one of its own. */
  static ErrorCode of(RegistryException trouble) {
    for (@Nullable Throwable cause = trouble; cause != null; cause = cause.getCause()) {
      if (cause instanceof StorageLockedException) {
        return ErrorCode.STORAGE_IN_USE;
      }
      if (cause instanceof CorruptStorageException) {
        return ErrorCode.STORAGE_DAMAGED;
      }
      if (cause instanceof StorageFormatException) {
        return ErrorCode.NOT_A_STORAGE;
      }
      if (cause instanceof BindException) {
        return ErrorCode.CANNOT_LISTEN;
      }
    }
    return ErrorCode.FAILED;
  }

  /** Returns the code of what is wrong with what the command {@code verb} was given. */
  static ErrorCode of(IllegalArgumentException refusal, Verb verb) {
    if (refusal instanceof RefusedNameException) {
      return ErrorCode.NAME_REFUSED;
    }
    return switch (verb) {
      case REGISTER, UPDATE, RENAME -> ErrorCode.PROFILE_REFUSED;
      default -> ErrorCode.BAD_COMMAND;
    };
  }
}
