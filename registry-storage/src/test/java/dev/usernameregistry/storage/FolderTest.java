package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.StorageFormatException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderTest {
  @TempDir private Path folder;

  @Test
  void aFolderThatIsMadeIsForThisUserAloneAndOneThatIsThereIsLeftAsItIs() throws IOException {
    assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
    Path made = folder.resolve("above").resolve("store");

    Folder.prepare(made);
    Path there = Files.createDirectory(folder.resolve("there"));
    setPermissions(there, "rwxr-x---");
    Folder.prepare(there);

    assertThat(permissions(made)).isEqualTo("rwx------");
    assertThat(permissions(there)).isEqualTo("rwxr-x---");
  }

  @ParameterizedTest
  @CsvSource({
    "rwx------, false",
    "rwx-w--w-, false",
    "rwxr-x---, true",
    "rwx--x---, true",
    "rwx---r--, true",
    "rwxrwxrwx, true"
  })
  void aFolderIsOpenToOthersIfTheyCanListOrEnterItAndComeToIt(String permissions, boolean open)
      throws IOException {
    assumeThat(folder.getFileSystem().supportedFileAttributeViews()).contains("posix");
    Path above = Files.createDirectory(folder.resolve("above"));
    Path store = Files.createDirectory(above.resolve("store"));
    setPermissions(folder, "rwx--x--x");
    assumeThat(PrivateFiles.isOpenToOthers(folder)).as("whether others come to it").isTrue();
    setPermissions(above, "rwx--x---");
    setPermissions(store, permissions);

    assertThat(PrivateFiles.isOpenToOthers(store)).isEqualTo(open);
    setPermissions(above, "rwxr--r--");
    assertThat(PrivateFiles.isOpenToOthers(store)).as("behind a closed one").isFalse();
  }

  private static void setPermissions(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** What the system names is the folder that was asked for, or one on the way to it. */
  @Test
  void whoMayMakeNoFolderIsToldWhatIsForbiddenAndInWhichFolder() {
    AccessDeniedException denied =
        new AccessDeniedException(folder.resolve("deep").resolve("store").toString());
    Path closed = folder.resolve("none"); // nobody can enter it, the administrator neither

    assertThat(Folder.reason(denied, folder)).isEqualTo("you may not write to " + folder);
    assertThat(Folder.reason(denied, closed)).isEqualTo("you may not enter " + closed);
  }

  /** Else RocksDB would make a new and empty database around them. */
  @ParameterizedTest
  @ValueSource(strings = {"000012.sst", "000012.log", "FLOOR"})
  void dataWithoutTheFileThatNamesItIsDamageAndNoNewStorage(String name) throws IOException {
    Files.createFile(folder.resolve(name));

    assertThatThrownBy(() -> Folder.prepare(folder))
        .isInstanceOf(CorruptStorageException.class)
        .hasMessageContaining("CURRENT is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOCK", "IDENTITY", "MANIFEST-000001", "OPTIONS-000007", "000001.dbtmp"})
  void whatAnInterruptedFirstOpenLeavesIsNoObstacle(String name) throws IOException {
    Files.createFile(folder.resolve(name));

    assertThatCode(() -> Folder.prepare(folder)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"letter.txt", "12.sst.bak", "FLOORS", "MANIFEST-", "xLOCK"})
  void otherFilesAreSomebodyElses(String name) throws IOException {
    Files.createFile(folder.resolve(name));

    assertThatThrownBy(() -> Folder.prepare(folder))
        .isInstanceOf(StorageFormatException.class)
        .hasMessageContaining(name);
  }

  @Test
  void aCurrentFileThatNamesNoFileIsDamage() throws IOException {
    Files.writeString(folder.resolve("CURRENT"), "MANIFEST-000004\n");
    assertThatThrownBy(() -> Folder.prepare(folder))
        .isInstanceOf(CorruptStorageException.class)
        .hasMessageContaining("names no file");

    Files.createFile(folder.resolve("MANIFEST-000004"));
    assertThatCode(() -> Folder.prepare(folder)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"000005.log", "MANIFEST-000004"})
  void everyJournalIsChecked(String name) throws IOException {
    Files.writeString(folder.resolve("CURRENT"), "MANIFEST-000004\n");
    Files.createFile(folder.resolve("MANIFEST-000004"));
    Files.write(folder.resolve(name), new byte[] {1, 2, 3, 4, 0, 0, 1});

    assertThatThrownBy(() -> Folder.prepare(folder))
        .isInstanceOf(CorruptStorageException.class)
        .hasMessageContaining("bad record in its file " + name)
        .hasMessageContaining("restore a backup");
  }
}
