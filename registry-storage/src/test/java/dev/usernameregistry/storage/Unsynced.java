package dev.usernameregistry.storage;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which parts of an open storage's write-ahead logs are on the disk for sure, and which a power
 * failure may take. Its other files are synced before anything counts on them.
 */
final class Unsynced {
  private static final int PAGE_BYTES = 4096;

  private final Path folder;

  /** How long each log was after each write since it was last synced; then first. */
  private final Map<String, List<Integer>> lengths = new HashMap<>();

  Unsynced(Path folder) {
    this.folder = folder;
  }

  /** To be called after each write; all logs are synced by a durable one. */
  void written(boolean durable) throws IOException {
    File[] logs = folder.toFile().listFiles((in, name) -> name.endsWith(".log"));
    for (File log : Objects.requireNonNull(logs)) {
      List<Integer> known = lengths.computeIfAbsent(log.getName(), name -> new ArrayList<>());
      if (durable) {
        known.clear();
      } else if (known.isEmpty()) {
        known.add(0);
      }
      known.add((int) log.length());
    }
  }

  /** Makes a storage of what a power failure leaves now. */
  void copyTo(Path copy, Random random) throws IOException {
    Map<String, byte[]> files = stableFiles();
    Files.createDirectory(copy);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      List<Integer> known = lengths.get(file.getKey());
      byte[] left = known == null ? file.getValue() : left(file.getValue(), known, random);
      Files.write(copy.resolve(file.getKey()), left);
    }
  }

  private static byte[] left(byte[] whole, List<Integer> known, Random random) {
    int synced = known.get(0);
    byte[] left = random.nextBoolean() ? whole.clone() : Arrays.copyOf(whole, any(known, random));
    if (random.nextBoolean()) {
      left = Arrays.copyOf(left, synced + random.nextInt(left.length - synced + 1));
    }
    int pageMissing = 2 + random.nextInt(20);
    for (int page = synced / PAGE_BYTES; page * PAGE_BYTES < left.length; page++) {
      if (random.nextInt(pageMissing) == 0) {
        int from = Math.max(page * PAGE_BYTES, any(known, random)); // as it was after that write
        int to = Math.min((page + 1) * PAGE_BYTES, left.length);
        if (from < to) {
          Arrays.fill(left, from, to, (byte) 0);
        }
      }
    }
    return left;
  }

  private static int any(List<Integer> known, Random random) {
    return known.get(random.nextInt(known.size()));
  }

  /** Returns all files as they are at one moment: RocksDB writes tables beside. */
  private Map<String, byte[]> stableFiles() throws IOException {
    while (true) {
      Map<String, byte[]> files = files();
      Map<String, byte[]> again = files();
      if (files.keySet().equals(again.keySet())
          && files.keySet().stream()
              .allMatch(name -> Arrays.equals(files.get(name), again.get(name)))) {
        return files;
      }
    }
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> paths = Files.list(folder)) {
      for (Path path : paths.toList()) {
        if (!path.endsWith("LOCK")) {
          addTo(files, path);
        }
      }
    }
    return files;
  }

  private static void addTo(Map<String, byte[]> files, Path path) throws IOException {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      return; // RocksDB has just removed it
    }
    files.put(path.getFileName().toString(), bytes);
  }
}
