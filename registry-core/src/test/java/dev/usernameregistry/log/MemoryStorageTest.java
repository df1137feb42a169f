package dev.usernameregistry.log;

import java.nio.file.Path;

final class MemoryStorageTest extends StorageContract {
  @Override
  protected Storage open(Path folder) {
    return new MemoryStorage();
  }
}
