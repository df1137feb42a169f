package dev.usernameregistry.storage;

import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.StorageFormatException;
import dev.usernameregistry.log.StorageLockedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

/** Says in the words of the ports what RocksDB says in its own. */
final class Failures {
  private static final String LOCKED_HERE = "lock hold by current process";
  private static final String LOCKED_ELSEWHERE = "While lock file";

  /** What RocksDB logs before it throws the same. */
  private static final String NOT_OPENED = "DB::Open() failed";

  /** What the operating system says of files that belong to somebody else. */
  private static final String DENIED = "Permission denied";

  /** What it says where nobody may write. */
  private static final String READ_ONLY = "Read-only file system";

  /** What RocksDB says of its journal once a write of it has failed. */
  private static final String FAILED_BEFORE = "Writer has previous error";

  /** What RocksDB puts before its reasons, once or more often. */
  private static final String CODES = "^(Corruption: |IO error: )+";

  private Failures() {}

  /** Returns whether {@code message} of RocksDB says that the folder is in use. */
  static boolean isLocked(String message) {
    return message.contains(LOCKED_HERE) || message.contains(LOCKED_ELSEWHERE);
  }

  /** Returns whether {@code message} of RocksDB is thrown too, at whoever opens the folder. */
  static boolean isThrownToo(String message) {
    return isLocked(message) || message.contains(NOT_OPENED);
  }

  static IOException opening(Path folder, RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    if (message.startsWith(LOCKED_HERE)) {
      return new StorageLockedException(
          "the storage in " + folder + " is already open in this process; close it there first", e);
    }
    if (message.startsWith(LOCKED_ELSEWHERE)) {
      return new StorageLockedException(
          "the storage in "
              + folder
              + " is open in another process, and only one can use it at a time: end that one, or"
              + " choose another folder",
          e);
    }
    if (message.contains(DENIED)) {
      return denied(folder, e);
    }
    if (codeOf(e) == Status.Code.InvalidArgument || codeOf(e) == Status.Code.NotSupported) {
      return new StorageFormatException(
          folder + " holds a RocksDB database that this version did not make: " + message, e);
    }
    return using(folder, e);
  }

  /** The same of what is looked at before RocksDB is, and may say already what is to be said. */
  static IOException opening(Path folder, IOException e) {
    if (e instanceof AccessDeniedException) {
      return denied(folder, e);
    }
    return e instanceof FileSystemException
        ? new IOException("the storage in " + folder + " cannot be read: " + e.getMessage(), e)
        : e;
  }

  private static IOException denied(Path folder, Exception cause) {
    return new IOException(
        "you may not read and write all of the storage in "
            + folder
            + ": it, or a file in it, belongs to somebody else or is read-only",
        cause);
  }

  /** Says what to do, for the key is in the folder, and nothing else can write under it. */
  static CorruptStorageException damaged(
      Path folder, @Nullable String what, @Nullable Throwable cause) {
    return new CorruptStorageException(
        "the storage in "
            + folder
            + " is damaged: "
            + what
            + "; restore a backup of the whole folder; a new folder would be a new registry with"
            + " another key, so keep this one",
        cause);
  }

  static IOException using(Path folder, RocksDBException e) {
    if (codeOf(e) == Status.Code.Corruption) {
      return damaged(folder, reason(e), e);
    }
    if (subCodeOf(e) == Status.SubCode.NoSpace) {
      return new IOException("the disk with the storage in " + folder + " is full", e);
    }
    if (isReadOnly(e.getMessage())) {
      return new IOException(
          "the storage in "
              + folder
              + " cannot be written, without which it cannot even be opened: its file system is"
              + " read-only; mount that for writing",
          e);
    }
    String message = String.valueOf(e.getMessage());
    String why = message.contains(FAILED_BEFORE) ? "an earlier write failed" : message;
    return new IOException("the storage in " + folder + " failed: " + why, e);
  }

  /** Returns whether the operating system says that nobody may write there. */
  static boolean isReadOnly(@Nullable String message) {
    return message != null && message.contains(READ_ONLY);
  }

  /** Returns what RocksDB says, as a part of a sentence. */
  private static String reason(RocksDBException e) {
    return String.valueOf(e.getMessage())
        .replaceFirst(CODES, "")
        .replace("  The file ", "; the file ")
        .replaceFirst("[. ]+$", "");
  }

  private static Status.Code codeOf(RocksDBException e) {
    Status status = e.getStatus();
    return status == null ? Status.Code.Undefined : status.getCode();
  }

  private static Status.SubCode subCodeOf(RocksDBException e) {
    Status status = e.getStatus();
    return status == null ? Status.SubCode.Undefined : status.getSubCode();
  }
}
