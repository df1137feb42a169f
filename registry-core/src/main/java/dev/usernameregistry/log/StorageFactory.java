package dev.usernameregistry.log;

import java.io.IOException;

/**
 * Opens a storage when its owner starts: {@code MemoryStorage::new}, or the options of a storage on
 * disk. Who opens a storage also closes it.
 */
@FunctionalInterface
public interface StorageFactory {

  /**
   * Opens the storage, and makes an empty one where there is none.
   *
   * @throws StorageLockedException if it is open already, here or in another process
   * @throws StorageFormatException if what is there is not such a storage, or of a newer version
   * @throws CorruptStorageException if what is there is damaged
   * @throws IOException if the disk fails
   */
  Storage open() throws IOException;
}
