package dev.usernameregistry.storage;

import dev.usernameregistry.log.StorageFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The folder before RocksDB sees it: RocksDB would make a database in any folder. */
final class Folder {
  /** Names the current state of the database; the last file to appear when one is made. */
  private static final String CURRENT = "CURRENT";

  private static final Pattern UNFINISHED =
      Pattern.compile("LOCK|IDENTITY|MANIFEST-\\d+|OPTIONS-\\d+|.+\\.dbtmp");
  private static final Pattern LOG = Pattern.compile("\\d+\\.log");
  private static final Pattern MANIFEST = Pattern.compile("MANIFEST-\\d+");
  private static final Pattern DATA = Pattern.compile("\\d+\\.(sst|log)|FLOOR");

  private Folder() {}

  /**
   * Checks that RocksDB would use the very folder. It is given the path as Java writes UTF-8 for
   * native code, with six bytes for a character behind U+FFFF, and would make another folder, which
   * is not for this user alone.
   */
  static void requireUsable(Path folder) throws IOException {
    if (folder.toString().codePoints().anyMatch(Character::isSupplementaryCodePoint)) {
      throw new IOException(
          "no storage can be in "
              + folder
              + ": RocksDB cannot be told a path with a character behind U+FFFF, such as an emoji;"
              + " choose another folder");
    }
  }

  /**
   * Returns where a folder that is there really is. In one process RocksDB knows by this text alone
   * whether it is open already: through a link it would be opened a second time.
   */
  static String realPath(Path folder) throws IOException {
    Path real = folder.toRealPath();
    requireUsable(real);
    return real.toString();
  }

  /**
   * Makes the folder if it is missing, and checks that it is empty, or holds a database, or what is
   * left of one whose making was interrupted; and that the frames of its journals are whole.
   *
   * @return whether writes may be missing between others in its logs: one has a hole, or there are
   *     several, of which each may lack its end
   */
  static boolean prepare(Path folder) throws IOException {
    make(folder, nearest(folder));
    List<String> names = namesIn(folder);
    if (names.contains(CURRENT)) {
      requireCurrent(folder, names);
    } else {
      requireUnused(folder, names);
    }
    int logs = 0;
    boolean hasHole = false;
    for (String name : names) {
      if (LOG.matcher(name).matches()) {
        logs++;
        hasHole |= JournalCheck.checkLog(folder, name);
      } else if (MANIFEST.matcher(name).matches()) {
        JournalCheck.checkManifest(folder, name);
      }
    }
    return hasHole || logs > 1;
  }

  /** Returns the folder, or else the nearest above it, that is there as far as this user sees. */
  private static Path nearest(Path folder) throws IOException {
    Path at = folder;
    while (!Files.exists(at) && at.getParent() != null) {
      at = at.getParent();
    }
    if (Files.exists(at) && !Files.isDirectory(at)) {
      throw new StorageFormatException(at + " is a file; a storage needs a folder", null);
    }
    return at;
  }

  private static void make(Path folder, Path nearest) throws IOException {
    try {
      PrivateFiles.makeFolderIfPossible(folder); // the writer's key is in it
    } catch (IOException e) {
      throw new IOException("the folder " + folder + " cannot be made: " + reason(e, nearest), e);
    }
  }

  /**
   * Says what failed, which the messages of the file system leave to the exceptions' names.
   *
   * @param nearest the folder below which others were to be made
   */
  static String reason(IOException trouble, Path nearest) {
    if (trouble instanceof FileAlreadyExistsException inTheWay) {
      return inTheWay.getFile() + " is a file";
    }
    if (trouble instanceof AccessDeniedException) {
      return "you may not " + (Files.isExecutable(nearest) ? "write to " : "enter ") + nearest;
    }
    if (trouble instanceof NoSuchFileException) {
      return "its file system does not allow new folders there; choose another";
    }
    if (Failures.isReadOnly(trouble.getMessage())) {
      return "the file system of " + nearest + " is read-only; choose a folder on another";
    }
    if (trouble instanceof FileSystemException system && system.getReason() != null) {
      return system.getFile() + ": " + system.getReason();
    }
    return "the file system does not say why";
  }

  private static void requireCurrent(Path folder, List<String> names) throws IOException {
    String manifest =
        Files.readString(folder.resolve(CURRENT), StandardCharsets.ISO_8859_1).strip();
    // one that appeared since was made by somebody who is opening the storage just now
    if (!names.contains(manifest) && !namesIn(folder).contains(manifest)) {
      throw Failures.damaged(folder, "its file " + CURRENT + " names no file", null);
    }
  }

  private static void requireUnused(Path folder, List<String> names) throws IOException {
    for (String name : names) {
      if (DATA.matcher(name).matches()) {
        throw Failures.damaged(folder, "its file " + CURRENT + " is missing", null);
      }
      if (!UNFINISHED.matcher(name).matches()) {
        throw new StorageFormatException(
            folder + " holds other files (" + name + ") and no storage; choose an empty folder",
            null);
      }
    }
  }

  private static List<String> namesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
