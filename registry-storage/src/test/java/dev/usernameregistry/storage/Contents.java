package dev.usernameregistry.storage;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.LogStorage;
import dev.usernameregistry.log.Storage;
import dev.usernameregistry.log.Table;
import java.io.IOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Everything that a storage answers, as text that can be compared. */
final class Contents {
  private static final int NODES_LOOKED_AT = 128;

  private Contents() {}

  static Map<String, String> of(Storage storage, String... tables) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    for (Key key : storage.logKeys()) {
      addLog(contents, key, storage.openLog(key));
    }
    for (String name : tables) {
      Table table = storage.openTable(name);
      table.scan(
          new byte[0],
          null,
          (key, value) -> contents.put(name + " " + hex(key), hex(value)) == null);
    }
    return contents;
  }

  private static void addLog(Map<String, String> contents, Key key, LogStorage log)
      throws IOException {
    String name = key.shortHex();
    contents.put(name + " state", log.readState().map(state -> hex(state.encode())).orElse("none"));
    for (long block : log.storedBlocks(0)) {
      byte[] value = log.readBlock(block);
      contents.put(name + " block " + block, value == null ? "missing" : hex(value));
    }
    long[] indexes = new long[NODES_LOOKED_AT];
    for (int index = 0; index < indexes.length; index++) {
      indexes[index] = index;
    }
    contents.put(name + " nodes", log.readNodes(indexes).toString());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
