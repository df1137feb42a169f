package dev.usernameregistry.examples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder that is made when it is first asked for, and removed at the end. Not thread-safe. */
final class TemporaryFolder implements AutoCloseable {
  private final String prefix;
  private @Nullable Path made;

  TemporaryFolder(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Returns where {@code name} is in it.
   *
   * @throws UncheckedIOException if the folder cannot be made
   */
  Path resolve(String name) {
    Path folder = made;
    if (folder == null) {
      folder = make();
      made = folder;
    }
    return folder.resolve(name);
  }

  private Path make() {
    try {
      return Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder can be made: " + e.getMessage(), e);
    }
  }

  /**
   * Removes it with all that is in it.
   *
   * @throws UncheckedIOException saying what could not be removed
   */
  @Override
  public void close() {
    Path folder = made;
    if (folder == null) {
      return;
    }
    try (Stream<Path> found = Files.walk(folder)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " could not be removed: " + e.getMessage(), e);
    }
  }
}
