package dev.usernameregistry.storage;

import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.StorageContract;
import java.io.IOException;
import java.nio.file.Path;

final class RocksStorageTest extends StorageContract {
  @Override
  protected Storage open(Path folder) throws IOException {
    return RocksStorage.at(folder).open();
  }
}
