package dev.usernameregistry.storage;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's native library, unpacked once for all processes of a user. RocksDB itself unpacks it
 * into the temporary folder whenever a process starts, which takes longer than all else at a start,
 * and leaves it there if the process is killed.
 *
 * <p>Whoever can write the file can run code as this user. So it is used only where {@link
 * PrivateFiles} says that nobody else can, and only if it is what the jar holds, by size and
 * CRC-32; else it is unpacked anew. The checksum notices what a failing disk or a crash leaves, and
 * names the folder, so that each version of RocksDB has its own:
 *
 * <pre>
 * cache folder / "rocksdbjni-" CRC-32 in hexadecimal / library
 * </pre>
 */
final class UnpackedLibrary {
  /** The cache folder, or "off". Default: in the user's own cache folder. */
  static final String PROPERTY = "dev.usernameregistry.nativeCache";

  private static final int BUFFER_BYTES = 64 << 10;

  private UnpackedLibrary() {}

  /**
   * Returns the cache folder; empty if there is to be none, or if whoever started this process has
   * told RocksDB where to unpack.
   */
  static Optional<Path> cacheFolder() {
    String chosen = System.getProperty(PROPERTY, "");
    if (chosen.equals("off") || System.getenv("ROCKSDB_SHAREDLIB_DIR") != null) {
      return Optional.empty();
    }
    return Optional.of(chosen.isEmpty() ? ofUser().resolve("username-registry") : Path.of(chosen));
  }

  private static Path ofUser() {
    String chosen = System.getenv("XDG_CACHE_HOME");
    if (chosen != null && Path.of(chosen).isAbsolute()) {
      return Path.of(chosen);
    }
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("mac");
    return Path.of(System.getProperty("user.home"), mac ? "Library/Caches" : ".cache");
  }

  /**
   * Returns the folder below {@code cacheFolder} that holds the library of this platform under the
   * name that {@link RocksDB#loadLibrary(java.util.List)} looks for. Unpacks it if it is not there.
   *
   * @throws IOException if it cannot be kept there, or not safely
   */
  static Path in(Path cacheFolder) throws IOException {
    String name = Environment.getJniLibraryFileName("rocksdb");
    URL url = RocksDB.class.getResource("/" + name);
    if (url == null || !(url.openConnection() instanceof JarURLConnection connection)) {
      throw new IOException("there is no " + name + " in the jar of RocksDB");
    }
    connection.setUseCaches(false); // or the jar could not be closed
    try (JarFile jar = connection.getJarFile()) {
      return in(cacheFolder, jar, connection.getJarEntry());
    }
  }

  private static Path in(Path cacheFolder, JarFile jar, JarEntry entry) throws IOException {
    String crc = HexFormat.of().toHexDigits((int) entry.getCrc());
    Path folder = cacheFolder.toAbsolutePath().resolve("rocksdbjni-" + crc);
    PrivateFiles.makeFolder(folder);
    Path real = PrivateFiles.require(folder);
    // loadLibrary appends "jni" to the name also where it has it already
    Path file = real.resolve(Environment.getJniLibraryFileName("rocksdbjni"));
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || !isWhole(file, entry)) {
      unpack(jar, entry, file);
    }
    return real;
  }

  private static boolean isWhole(Path file, JarEntry entry) throws IOException {
    PrivateFiles.require(file);
    if (Files.size(file) != entry.getSize()) {
      return false;
    }
    CRC32 crc = new CRC32();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        crc.update(buffer, 0, count);
      }
    }
    return crc.getValue() == entry.getCrc();
  }

  /** Writes beside {@code file} and moves it there as a whole: others may do the same just now. */
  private static void unpack(JarFile jar, JarEntry entry, Path file) throws IOException {
    Path next = Files.createTempFile(file.getParent(), "next", null); // for this user alone
    try {
      try (InputStream in = jar.getInputStream(entry);
          OutputStream out = Files.newOutputStream(next)) {
        in.transferTo(out);
      }
      if (!isWhole(next, entry)) {
        throw new IOException(entry.getName() + " was not unpacked whole");
      }
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(next);
    }
  }
}
