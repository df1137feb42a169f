package dev.usernameregistry.storage;

import dev.usernameregistry.log.Storage;
import java.io.IOException;
import java.nio.file.Path;

/** A process that writes until it is killed, and prints the number of each write that returned. */
final class WritingChild {
  private WritingChild() {}

  /** Takes the folder and the durability. */
  public static void main(String[] args) throws IOException {
    System.out.println("opening");
    Storage storage =
        RocksStorage.at(Path.of(args[0])).durability(Durability.valueOf(args[1])).open();
    for (long number = NumberedWrites.last(storage) + 1; ; number++) {
      NumberedWrites.write(storage, number);
      System.out.println(number);
    }
  }
}
