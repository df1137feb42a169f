package dev.usernameregistry.examples.bench.frame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A temporary folder for everything that a run stores or installs, removed at its end. Safe from
 * any thread.
 */
public final class Scratch implements AutoCloseable {
  private static final String PREFIX = "username-registry-bench";

  /** How often files may come while their folder is being removed. */
  private static final int REMOVALS_MAX = 5;

  private final Path folder;

  /** Guarded by this. */
  private boolean closed;

  private Scratch(Path folder) {
    this.folder = folder;
  }

  /** Makes the folder. */
  public static Scratch create() throws IOException {
    return new Scratch(Files.createTempDirectory(PREFIX));
  }

  /**
   * Returns a new folder within.
   *
   * @throws IOException if this is closed
   */
  public synchronized Path newFolder(String prefix) throws IOException {
    if (closed) {
      throw new IOException("the benchmark was told to end");
    }
    return Files.createTempDirectory(folder, prefix);
  }

  /** Returns where a folder within is, or can be made, that all share who name it. */
  public Path shared(String name) {
    return folder.resolve(name);
  }

  /** Removes a folder that {@link #newFolder} made, with all that is in it. */
  public void remove(Path made) throws IOException {
    if (!made.normalize().startsWith(folder)) {
      throw new IllegalArgumentException(made + " is not in " + folder);
    }
    delete(made);
  }

  /** Removes everything. Whatever writes here has to be ended before. */
  @Override
  public synchronized void close() {
    closed = true;
    try {
      delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " could not be removed", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    for (int removal = 1; Files.exists(folder); removal++) {
      try {
        deleteOnce(folder);
      } catch (IOException | UncheckedIOException e) {
        if (removal == REMOVALS_MAX) {
          throw e;
        }
      }
    }
  }

  private static void deleteOnce(Path folder) throws IOException {
    List<Path> found;
    try (Stream<Path> all = Files.walk(folder)) {
      found = all.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException gone) {
      return;
    }
    for (Path path : found) {
      Files.deleteIfExists(path);
    }
  }
}
