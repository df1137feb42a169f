package dev.usernameregistry.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.rocksdb.RocksDB;
import org.slf4j.LoggerFactory;

/** Loads RocksDB's native library, once for the process. */
final class NativeLibrary {
  private static boolean loaded; // guarded by the class

  private NativeLibrary() {}

  /**
   * Loads the library if that is not done yet: one that is unpacked already, or in RocksDB's own
   * way if there is any trouble with that.
   *
   * @throws IOException saying what may be missing
   */
  static synchronized void load() throws IOException {
    if (!loaded && !loadUnpacked()) {
      loadAnew();
    }
    loaded = true;
  }

  private static boolean loadUnpacked() {
    try {
      Optional<Path> cacheFolder = UnpackedLibrary.cacheFolder();
      if (cacheFolder.isPresent()) {
        RocksDB.loadLibrary(List.of(UnpackedLibrary.in(cacheFolder.get()).toString()));
      }
      return cacheFolder.isPresent();
    } catch (IOException | UnsatisfiedLinkError | NoClassDefFoundError | RuntimeException e) {
      LoggerFactory.getLogger(RocksStorage.class)
          .debug("RocksDB's native library is unpacked anew, as it cannot be kept", e);
      return false;
    }
  }

  private static void loadAnew() throws IOException {
    try {
      RocksDB.loadLibrary();
    } catch (UnsatisfiedLinkError | NoClassDefFoundError | RuntimeException e) {
      throw new IOException(
          "RocksDB's native library cannot be loaded on "
              + System.getProperty("os.name")
              + " "
              + System.getProperty("os.arch")
              + " ("
              + e.getMessage()
              + "). It is unpacked into "
              + System.getProperty("java.io.tmpdir")
              + ", which must be writable and allow execution (or set ROCKSDB_SHAREDLIB_DIR); the"
              + " rocksdbjni jar must hold this platform; Alpine Linux also needs the package"
              + " libstdc++",
          e);
    }
  }
}
