package dev.usernameregistry.storage;

import dev.usernameregistry.log.Storage;
import java.io.IOException;
import java.nio.file.Path;

/** A process that opens a storage and prints what came of it. */
final class OpeningChild {
  private OpeningChild() {}

  /** Takes the folder. */
  public static void main(String[] args) {
    try (Storage storage = RocksStorage.at(Path.of(args[0])).open()) {
      System.out.println("opened with " + storage.logKeys().size() + " logs");
    } catch (IOException e) {
      System.out.println(e);
    }
  }
}
