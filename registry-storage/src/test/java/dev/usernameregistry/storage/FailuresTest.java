package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.StorageFormatException;
import dev.usernameregistry.log.StorageLockedException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;

class FailuresTest {
  private static final Path FOLDER = Path.of("alice");

  private static RocksDBException failure(Status.Code code, Status.SubCode subCode) {
    return new RocksDBException("what it says", new Status(code, subCode, null));
  }

  private static RocksDBException failure(Status.Code code) {
    return failure(code, Status.SubCode.None);
  }

  @Test
  void aFolderInUseIsToldFromOneThatFails() {
    String here = "lock hold by current process, acquire time 1 acquiring thread 2: alice/LOCK";
    String elsewhere = "While lock file: alice/LOCK: Resource temporarily unavailable";
    for (String message : new String[] {here, elsewhere}) {
      assertThat(Failures.isLocked("IO error: " + message)).isTrue();
      assertThat(Failures.opening(FOLDER, new RocksDBException(message)))
          .isInstanceOf(StorageLockedException.class);
    }
    assertThat(Failures.isLocked("While open a file for appending: alice/LOG")).isFalse();
  }

  @Test
  void whatIsThrownAtWhoeverOpensIsNotLoggedToo() {
    String place = "[/db_impl/db_impl_open.cc:2687] ";
    assertThat(Failures.isThrownToo(place + "DB::Open() failed: Corruption: no entry")).isTrue();
    assertThat(Failures.isThrownToo("IO error: While lock file: alice/LOCK")).isTrue();
    assertThat(Failures.isThrownToo("Background IO error: No space left on device")).isFalse();
  }

  @Test
  void aDatabaseThatThisVersionDidNotMakeIsNotDamaged() {
    for (Status.Code code :
        new Status.Code[] {Status.Code.InvalidArgument, Status.Code.NotSupported}) {
      assertThat(Failures.opening(FOLDER, failure(code)))
          .isInstanceOf(StorageFormatException.class)
          .hasMessageContaining("what it says");
    }
  }

  @Test
  void damageSaysWhatToDo() {
    for (boolean opening : new boolean[] {true, false}) {
      RocksDBException damaged = failure(Status.Code.Corruption);
      assertThat(opening ? Failures.opening(FOLDER, damaged) : Failures.using(FOLDER, damaged))
          .isInstanceOf(CorruptStorageException.class)
          .hasMessageContaining("alice is damaged: what it says; restore a backup");
    }
  }

  @Test
  void damageIsSaidInOneSentence() {
    String theirs =
        "Corruption: IO error: No such file or directory: alice/9.sst  The file alice/MANIFEST-5"
            + " may be corrupted.";
    Status status = new Status(Status.Code.Corruption, Status.SubCode.None, null);

    assertThat(Failures.opening(FOLDER, new RocksDBException(theirs, status)))
        .hasMessageStartingWith(
            "the storage in alice is damaged: No such file or directory: alice/9.sst; the file"
                + " alice/MANIFEST-5 may be corrupted; restore a backup of the whole folder;");
  }

  @Test
  void aStorageOfSomebodyElseIsCalledThat() {
    String theirs = "While open a file for lock: alice/LOCK: Permission denied";
    Status status = new Status(Status.Code.IOError, Status.SubCode.None, null);
    String ours = "you may not read and write all of the storage in alice: ";

    assertThat(Failures.opening(FOLDER, new RocksDBException(theirs, status)))
        .hasMessageStartingWith(ours);
    assertThat(Failures.opening(FOLDER, new AccessDeniedException("alice")))
        .hasMessageStartingWith(ours);
  }

  @Test
  void aFileThatCannotBeReadIsSaidWithItsReason() {
    assertThat(Failures.opening(FOLDER, new FileSystemException("alice/CURRENT", null, "no luck")))
        .hasMessage("the storage in alice cannot be read: alice/CURRENT: no luck");
  }

  @Test
  void aReadOnlyFileSystemIsCalledThat() {
    String theirs = "while open a file for lock: alice/LOCK: Read-only file system";
    Status status = new Status(Status.Code.IOError, Status.SubCode.None, null);
    RocksDBException cause = new RocksDBException(theirs, status);

    assertThat(Failures.opening(FOLDER, cause))
        .hasMessageStartingWith("the storage in alice cannot be written")
        .hasMessageEndingWith("its file system is read-only; mount that for writing")
        .hasCause(cause);
    FileSystemException notMade =
        new FileSystemException("ada/alice", null, "Read-only file system");
    assertThat(Folder.reason(notMade, Path.of("ada")))
        .isEqualTo("the file system of ada is read-only; choose a folder on another");
  }

  @Test
  void aFullDiskIsCalledThat() {
    assertThat(Failures.using(FOLDER, failure(Status.Code.IOError, Status.SubCode.NoSpace)))
        .hasMessage("the disk with the storage in alice is full");
    assertThat(Failures.using(FOLDER, failure(Status.Code.IOError)))
        .hasMessage("the storage in alice failed: what it says");
    assertThat(Failures.using(FOLDER, new RocksDBException("without a status")))
        .hasMessage("the storage in alice failed: without a status");
    assertThat(Failures.using(FOLDER, new RocksDBException("Writer has previous error.")))
        .hasMessage("the storage in alice failed: an earlier write failed");
  }
}
