package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.RegistryException;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.storage.RocksStorage;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a registry can be kept in a folder: makes one in a folder within, registers a name, and
 * removes it again. A registry that is in the folder is not touched. Safe from any thread.
 */
final class DiskCheck implements Check, AutoCloseable {
  private static final long FREE_BYTES_MIN = 100L << 20;
  private static final double GIBIBYTE = 1L << 30;

  private final Path folder;

  /** Guarded by this. */
  private boolean closed;

  DiskCheck(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public String doing() {
    return "keeping a registry for a moment";
  }

  @Override
  public Duration patience() {
    return Duration.ofSeconds(20);
  }

  /** {@inheritDoc} Nobody else closes this check until what it made is removed. */
  @Override
  public synchronized Finding look() throws IOException {
    if (closed) {
      throw new IllegalStateException("the disk is not looked at any more");
    }
    Path existing = existing(folder);
    Path within;
    try {
      within = Files.createTempDirectory(existing, "registry-doctor");
    } catch (AccessDeniedException e) {
      return Finding.ill(
          existing + " cannot be written to", "choose another folder, or become its owner");
    } catch (IOException e) {
      return Finding.ill(existing + " cannot be written to (" + e.getMessage() + ")", "");
    }
    try {
      long nanos = keepRegistry(within.resolve("registry"));
      return found(existing, nanos);
    } catch (RegistryException e) {
      return Finding.ill(String.valueOf(e.getMessage()), "");
    } finally {
      remove(within);
    }
  }

  private static Finding found(Path existing, long nanos) throws IOException {
    long free = Files.getFileStore(existing).getUsableSpace();
    String place =
        String.format(
            "%s holds a registry (%.1f ms for a name), %.1f GiB are free",
            existing, nanos / 1e6, free / GIBIBYTE);
    return free < FREE_BYTES_MIN
        ? Finding.odd(place, "free some space before it runs full")
        : Finding.well(place);
  }

  private static long keepRegistry(Path within) {
    try (UsernameRegistry registry =
        UsernameRegistry.builder().storage(RocksStorage.at(within)).open()) {
      long startNanos = System.nanoTime();
      registry.register("doctor");
      return System.nanoTime() - startNanos;
    }
  }

  /** Makes nothing from now on; returns when everything that was made is removed. */
  @Override
  public synchronized void close() {
    closed = true;
  }

  /** Returns the innermost folder on the way to {@code folder} that is there. */
  private static Path existing(Path folder) {
    @Nullable Path at = folder;
    while (at != null && !Files.isDirectory(at)) {
      at = at.getParent();
    }
    return at == null ? folder : at;
  }

  private static void remove(Path within) throws IOException {
    try (Stream<Path> found = Files.walk(within)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
