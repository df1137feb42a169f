package dev.usernameregistry.examples.doctor;

import dev.usernameregistry.RegistryException;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.log.CorruptStorageException;
import dev.usernameregistry.log.StorageFormatException;
import dev.usernameregistry.log.StorageLockedException;
import dev.usernameregistry.storage.RocksStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a registry can be kept in a folder. One that is there is opened and closed, as the shell
 * does; where there is none yet, one is made in a folder within, given names and removed again.
 * Safe from any thread.
 */
final class DiskCheck implements Check, AutoCloseable {
  private static final int NAMES = 5;
  private static final long FREE_BYTES_MIN = 100L << 20;
  private static final double GIBIBYTE = 1L << 30;

  private static final String OTHER = "choose another folder with --store";

  private final Path folder;
  private final boolean within;
  private final Removal removal;

  /** Guarded by this. */
  private boolean closed;

  private DiskCheck(Path folder, boolean within, Removal removal) {
    this.folder = folder.toAbsolutePath().normalize();
    this.within = within;
    this.removal = removal;
  }

  /** Looks at a folder that holds a registry, or shall. */
  static DiskCheck of(Path store) {
    return of(store, DiskCheck::remove);
  }

  static DiskCheck of(Path store, Removal removal) {
    return new DiskCheck(store, false, removal);
  }

  /** Looks at a folder in which registries shall have folders of their own. */
  static DiskCheck within(Path place) {
    return new DiskCheck(place, true, DiskCheck::remove);
  }

  /** How the folder of a trial goes away, with all that is in it. */
  interface Removal {
    void remove(Path made) throws IOException;
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
  public synchronized Finding look() {
    if (closed) {
      throw new IllegalStateException("the disk is not looked at any more");
    }
    try {
      return !within && isInUse(folder) ? open() : make();
    } catch (IOException e) {
      return Finding.ill(
          "no registry can be kept in " + folder + ": " + reason(e), "see to that, or " + OTHER);
    }
  }

  /** Says what failed, which the messages of the file system leave to the exceptions' names. */
  private static String reason(IOException trouble) {
    if (trouble instanceof AccessDeniedException denied) {
      return denied.getFile() + " may not be read or changed by you";
    }
    if (trouble instanceof FileSystemException system) {
      String why = system.getReason() == null ? "" : " (" + system.getReason() + ")";
      return system.getFile() + " cannot be used" + why;
    }
    return String.valueOf(trouble.getMessage());
  }

  /** Returns whether there is anything in the way of a new registry; perhaps a registry. */
  private static boolean isInUse(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return Files.exists(folder);
    }
    try (Stream<Path> found = Files.list(folder)) {
      return found.findAny().isPresent();
    }
  }

  private Finding open() throws IOException {
    try {
      RocksStorage.at(folder).open().close();
      return free(folder, folder + " holds a storage that can be opened");
    } catch (StorageLockedException e) {
      return Finding.odd(
          folder + " holds a storage that another program has open",
          "end that program to have it looked at");
    } catch (StorageFormatException e) {
      return Finding.ill(String.valueOf(e.getMessage()), OTHER);
    } catch (CorruptStorageException e) {
      return Finding.ill(String.valueOf(e.getMessage()), ""); // which says what to do
    }
  }

  private Finding make() throws IOException {
    Path existing = existing(folder);
    Path trial;
    try {
      trial = Files.createTempDirectory(existing, "registry-doctor");
    } catch (AccessDeniedException e) {
      return Finding.ill(existing + " cannot be written to", OTHER + ", or become its owner");
    } catch (NoSuchFileException e) {
      return Finding.ill(
          existing + " cannot be written to: its file system does not allow new folders", OTHER);
    } catch (FileSystemException e) { // its file is a name that was made up for the trial
      String why = e.getReason() == null ? "" : ": " + e.getReason();
      return Finding.ill(existing + " cannot be written to" + why, OTHER);
    }
    Finding finding;
    Optional<String> stays;
    try {
      finding = tried(existing, trial.resolve("registry"));
    } finally {
      stays = whyItStays(trial);
    }
    return stays.map(why -> left(finding, trial, why)).orElse(finding);
  }

  private static Finding tried(Path existing, Path registry) {
    try {
      long nanos = keepRegistry(registry);
      return free(
          existing,
          String.format(
              "a registry can be kept in %s (%.1f ms for a name)", existing, nanos / 1e6));
    } catch (RegistryException e) {
      return Finding.ill(String.valueOf(e.getMessage()), "");
    }
  }

  /** Removes what was made; returns why some of it stays, if it does. */
  private Optional<String> whyItStays(Path made) {
    try {
      removal.remove(made);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(reason(e));
    } catch (UncheckedIOException e) { // from walking
      return Optional.of(reason(Objects.requireNonNull(e.getCause())));
    }
  }

  /**
   * Returns the same of a trial whose folder stays: whether a registry can be kept is as it was.
   */
  private static Finding left(Finding finding, Path made, String why) {
    return new Finding(
        finding.state() == Finding.State.WELL ? Finding.State.ODD : finding.state(),
        finding.found() + "; but " + made + ", made to try it, stays: " + why,
        (finding.advice().isEmpty() ? "" : finding.advice() + "; ")
            + "remove that folder yourself");
  }

  private static Finding free(Path folder, String found) {
    long free;
    try {
      free = Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return Finding.odd(found + "; how much space is free cannot be told: " + reason(e), "");
    }
    String place = String.format("%s, %.1f GiB are free", found, free / GIBIBYTE);
    return free < FREE_BYTES_MIN
        ? Finding.odd(place, "free some space before it runs full")
        : Finding.well(place);
  }

  private static long keepRegistry(Path within) {
    try (UsernameRegistry registry =
        UsernameRegistry.builder().storage(RocksStorage.at(within)).open()) {
      return usualNanos(System::nanoTime, number -> registry.register("doctor_" + number));
    }
  }

  /**
   * Does {@code work} a few times, and returns how long it usually takes: the first time a program
   * loads its code, which takes hundreds of times as long as the disk.
   */
  static long usualNanos(LongSupplier nanoTime, IntConsumer work) {
    long[] nanos = new long[NAMES];
    for (int number = 0; number < NAMES; number++) {
      long startNanos = nanoTime.getAsLong();
      work.accept(number);
      nanos[number] = nanoTime.getAsLong() - startNanos;
    }
    Arrays.sort(nanos);
    return nanos[NAMES / 2];
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
