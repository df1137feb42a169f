package dev.usernameregistry.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UnpackedLibraryTest {
  private static final int PROCESSES = 4;

  @TempDir private Path temp;

  private Path cache;

  @BeforeEach
  void needsOwnersAndPermissions() {
    cache = temp.resolve("cache");
    assumeTrue(
        temp.getFileSystem().supportedFileAttributeViews().contains("unix"),
        "this system has no POSIX permissions");
  }

  @Test
  void isUnpackedOnceForThisUserAlone() throws IOException {
    Path folder = UnpackedLibrary.in(cache);
    Path file = only(folder);
    FileTime early = FileTime.from(Instant.EPOCH);
    Files.setLastModifiedTime(file, early);

    assertThat(UnpackedLibrary.in(cache)).isEqualTo(folder);
    assertThat(Files.getLastModifiedTime(only(folder))).isEqualTo(early);
    assertThat(permissions(cache)).isEqualTo("rwx------");
    assertThat(permissions(folder)).isEqualTo("rwx------");
    assertThat(permissions(file)).isEqualTo("rw-------");
  }

  @Test
  void isUnpackedAgainWhereAByteIsAnother() throws IOException {
    Path file = only(UnpackedLibrary.in(cache));
    byte[] whole = Files.readAllBytes(file);
    byte[] damaged = whole.clone();
    damaged[damaged.length / 2] ^= 1;
    Files.write(file, damaged);

    assertThat(Files.readAllBytes(only(UnpackedLibrary.in(cache)))).isEqualTo(whole);
  }

  @Test
  void isUnpackedAgainWhereItWasCut() throws IOException {
    Path file = only(UnpackedLibrary.in(cache));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, new byte[0]);

    assertThat(Files.readAllBytes(only(UnpackedLibrary.in(cache)))).isEqualTo(whole);
  }

  /** A link could lead to a file of somebody else; it is replaced, and what it leads to is not. */
  @Test
  void isNotFollowedThroughALink() throws IOException {
    Path file = only(UnpackedLibrary.in(cache));
    Path elsewhere = Files.move(file, temp.resolve("elsewhere"));
    Files.createSymbolicLink(file, elsewhere);

    Path again = only(UnpackedLibrary.in(cache));
    assertThat(Files.isSymbolicLink(again)).isFalse();
    assertThat(elsewhere).hasSameBinaryContentAs(again);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwx----w-"})
  void isNotTakenFromAFolderInWhichOthersWrite(String permissions) throws IOException {
    Path folder = UnpackedLibrary.in(cache);
    for (Path open : List.of(cache, folder)) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(permissions));
      assertThatIOException()
          .isThrownBy(() -> UnpackedLibrary.in(cache))
          .withMessageContaining("others than this user can write " + open.toRealPath());
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** Others may not replace what is in such a folder, but they may add to it. */
  @Test
  void isTakenFromBelowASharedFolderButNotFromOne() throws IOException {
    Path folder = UnpackedLibrary.in(cache);
    Files.setAttribute(cache, "unix:mode", 01777);
    assertThat(UnpackedLibrary.in(cache)).isEqualTo(folder);

    Files.setAttribute(folder, "unix:mode", 01777);
    assertThatIOException()
        .isThrownBy(() -> UnpackedLibrary.in(cache))
        .withMessageContaining("others than this user can write " + folder);
  }

  @Test
  void isNotTakenWhenOthersCanWriteIt() throws IOException {
    Path file = only(UnpackedLibrary.in(cache));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));

    assertThatIOException()
        .isThrownBy(() -> UnpackedLibrary.in(cache))
        .withMessageContaining("others than this user can write " + file);
  }

  @Test
  void isNotTakenFromSomebodyElse() throws IOException {
    Path file = only(UnpackedLibrary.in(cache));
    assumeTrue(isRoot(), "only root can give a file away");
    Files.setAttribute(file, "unix:uid", 12_345);

    assertThatIOException()
        .isThrownBy(() -> UnpackedLibrary.in(cache))
        .withMessageContaining("others than this user can write " + file);
  }

  @Test
  void processesThatStartAtOnceAllFindItWhole() throws Exception {
    List<Future<List<String>>> opened = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
    try {
      for (int number = 0; number < PROCESSES; number++) {
        Path storage = temp.resolve("storage " + number);
        opened.add(threads.submit(() -> opening(cache.toString(), storage)));
      }
      for (Future<List<String>> one : opened) {
        assertThat(one.get()).containsExactly("opened with 0 logs");
      }
    } finally {
      threads.shutdownNow();
    }
    try (Stream<Path> folders = Files.list(cache)) {
      assertThat(only(folders.findFirst().orElseThrow())).isRegularFile();
    }
  }

  /** A file stands where the folder would be, which no user can write; not even root. */
  @Test
  void aStorageOpensAlsoWhereNothingCanBeKept() throws IOException {
    Files.createFile(cache);
    assertThat(opening(cache.toString(), temp.resolve("storage")))
        .containsExactly("opened with 0 logs");
  }

  @Test
  void aStorageOpensAlsoWhereWhatIsKeptIsNoLibrary() throws IOException {
    Path folder = UnpackedLibrary.in(cache);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(only(folder), "not a library");

    assertThat(opening(cache.toString(), temp.resolve("storage")))
        .containsExactly("opened with 0 logs");
    assertThat(only(folder)).hasContent("not a library");
  }

  @Test
  void nothingIsKeptWhereThatIsTurnedOff() throws IOException {
    assertThat(opening("off", temp.resolve("storage"))).containsExactly("opened with 0 logs");
    assertThat(cache).doesNotExist();
  }

  private List<String> opening(String cacheFolder, Path storage) throws IOException {
    return ChildProcess.outputKeeping(cacheFolder, OpeningChild.class, storage, temp);
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static boolean isRoot() throws IOException {
    Path made = Files.createTempFile("owner", null);
    try {
      return Files.getAttribute(made, "unix:uid").equals(0);
    } finally {
      Files.delete(made);
    }
  }
}
