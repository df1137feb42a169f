package dev.usernameregistry.storage;

import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.StorageFactory;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says where a storage on RocksDB lies and how careful it is; {@link #open} opens it. Immutable,
 * and safe from any thread.
 *
 * <pre>{@code
 * UsernameRegistry.builder().storage(RocksStorage.at(Path.of("alice"))).open()
 * }</pre>
 */
public final class RocksStorage implements StorageFactory {
  private static final Logger LOG = LoggerFactory.getLogger(RocksStorage.class);
  private static final long BYTES_MAX = 8L << 30;

  private final Path folder;
  private final Durability durability;
  private final long bytesMax;

  private RocksStorage(Path folder, Durability durability, long bytesMax) {
    this.folder = Objects.requireNonNull(folder, "folder");
    this.durability = Objects.requireNonNull(durability, "durability");
    this.bytesMax = bytesMax;
  }

  /**
   * Returns a storage in {@code folder} with {@link Durability#SYNC}. Touches no disk; the folder
   * is made when the storage is opened, for this user alone, as the writer's key is kept in it. One
   * that is there keeps its permissions; if others can look into it, opening it logs a warning.
   * Nothing else may be kept in it.
   *
   * @throws IllegalArgumentException if {@code folder} is not of the default file system
   */
  public static RocksStorage at(Path folder) {
    if (!folder.getFileSystem().equals(FileSystems.getDefault())) {
      throw new IllegalArgumentException(
          "RocksDB uses the default file system only, and " + folder + " is of another");
    }
    return new RocksStorage(folder, Durability.SYNC, BYTES_MAX);
  }

  /** Returns the same storage with this durability; this one stays as it is. */
  public RocksStorage durability(Durability durability) {
    return new RocksStorage(folder, durability, bytesMax);
  }

  /**
   * Returns the same storage with another limit to what others can make it grow to; this one stays
   * as it is. Of a registry of others nothing more is fetched once it takes half of what is left
   * below this limit, so that a large one leaves some for others; {@code registries()} says so of
   * it. What is stored stays, and own changes are always written. Default: 8 GiB. What was asked
   * for already comes all the same, and while files are rewritten the folder takes up to three
   * times as much for a moment.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public RocksStorage bytesMax(long bytesMax) {
    if (bytesMax < 0) {
      throw new IllegalArgumentException("a storage with room for " + bytesMax + " bytes");
    }
    return new RocksStorage(folder, durability, bytesMax);
  }

  /**
   * Opens the storage, repeats what a crash left unfinished, and holds the folder until it is
   * closed. A storage of format 1 becomes one of format 2, which earlier versions of this library
   * refuse. Waits for the disk, not for another holder. Whoever calls this closes what it returns;
   * a registry that is given this storage does both. If this fails, nothing is left open.
   *
   * @throws dev.usernameregistry.log.StorageLockedException if it is open already, here or in
   *     another process
   * @throws dev.usernameregistry.log.StorageFormatException if the folder holds something else, or
   *     a storage of a newer version
   * @throws dev.usernameregistry.log.CorruptStorageException if the files are damaged
   * @throws IOException if the disk fails, RocksDB's native library cannot be loaded, or the path
   *     of the folder has a character behind U+FFFF, such as an emoji, which RocksDB cannot be told
   */
  @Override
  public Storage open() throws IOException {
    Database database = Database.open(place(), durability, new Room(bytesMax));
    try {
      Storage opened = OpenStorage.over(database);
      warnIfOpenToOthers();
      return opened;
    } catch (IOException | RuntimeException e) {
      try {
        database.close();
      } catch (IOException closing) {
        e.addSuppressed(closing);
      }
      throw e;
    }
  }

  private void warnIfOpenToOthers() {
    if (PrivateFiles.isOpenToOthers(place())) {
      LOG.warn(
          "others on this machine can look into {}, where the key of a registry is kept;"
              + " chmod 700 on it keeps them out",
          place());
    }
  }

  /** Returns where the folder is, which needs no disk: links are not followed. */
  private Path place() {
    return folder.toAbsolutePath().normalize();
  }

  /** Returns the absolute folder and the durability. Touches no disk. */
  @Override
  public String toString() {
    return "RocksStorage[" + place() + ", " + durability + "]";
  }
}
