package dev.usernameregistry.memory;

import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.StorageContract;
import java.nio.file.Path;

final class MemoryStorageTest extends StorageContract {
  @Override
  protected Storage open(Path folder) {
    return new MemoryStorage();
  }
}
