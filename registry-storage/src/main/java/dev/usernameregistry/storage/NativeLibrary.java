package dev.usernameregistry.storage;

import java.io.IOException;
import org.rocksdb.RocksDB;

/** Loads RocksDB's native library, once for the process. */
final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Loads the library if that is not done yet.
   *
   * @throws IOException saying what may be missing
   */
  static void load() throws IOException {
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
