package dev.usernameregistry.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Collections;
import java.util.Set;

/**
 * Files that nobody but this user and the administrator can change or replace. Needs a file system
 * with the owners and permissions of POSIX.
 */
final class PrivateFiles {
  private static final int ADMINISTRATOR = 0;
  private static final int OTHERS_WRITE = 0022;

  /** Of a folder above: who may write in it may not replace what others own, but may add to it. */
  private static final int STICKY = 01000;

  private static final Set<PosixFilePermission> ENTERING =
      Set.of(PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.OTHERS_EXECUTE);

  private static final Set<PosixFilePermission> LISTING_OR_ENTERING =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.GROUP_EXECUTE,
          PosixFilePermission.OTHERS_EXECUTE);

  private PrivateFiles() {}

  /** Makes the folder, and those above it that are missing, for this user alone. */
  static void makeFolder(Path folder) throws IOException {
    requirePosix(folder);
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** The same, but where owners and permissions are not known as the system makes it. */
  static void makeFolderIfPossible(Path folder) throws IOException {
    if (isPosix(folder)) {
      makeFolder(folder);
    } else {
      Files.createDirectories(folder);
    }
  }

  /**
   * Returns where {@code path} really is, which is checked with all folders above it.
   *
   * @throws IOException if somebody else could change or replace it
   */
  static Path require(Path path) throws IOException {
    requirePosix(path);
    UserPrincipal user =
        path.getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(System.getProperty("user.name"));
    Path real = path.toRealPath();
    for (Path at = real; at != null; at = at.getParent()) {
      if (!isPrivate(at, user, !at.equals(real))) {
        throw new IOException("others than this user can write " + at);
      }
    }
    return real;
  }

  private static boolean isPrivate(Path path, UserPrincipal user, boolean above)
      throws IOException {
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    int owner = (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    boolean trusted =
        owner == ADMINISTRATOR || user.equals(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS));
    boolean guarded =
        above && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) && (mode & STICKY) != 0;
    return trusted && (guarded || (mode & OTHERS_WRITE) == 0);
  }

  /**
   * Returns whether others than the owner can list or enter a folder: it lets its group or all
   * others, and each folder above it lets somebody pass. False also where permissions are not kept,
   * or cannot be seen.
   */
  static boolean isOpenToOthers(Path folder) {
    try {
      if (!isPosix(folder) || !lets(folder, LISTING_OR_ENTERING)) {
        return false;
      }
      for (Path at = folder.toRealPath().getParent(); at != null; at = at.getParent()) {
        if (!lets(at, ENTERING)) {
          return false;
        }
      }
      return Files.getFileStore(folder).supportsFileAttributeView("posix");
    } catch (IOException | SecurityException e) {
      return false;
    }
  }

  private static boolean lets(Path folder, Set<PosixFilePermission> any) throws IOException {
    return !Collections.disjoint(Files.getPosixFilePermissions(folder), any);
  }

  private static void requirePosix(Path path) throws IOException {
    if (!isPosix(path)) {
      throw new IOException("no owners and permissions are known of " + path);
    }
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }
}
