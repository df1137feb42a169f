package dev.usernameregistry.claims;

import dev.usernameregistry.bee.Bee;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.Table;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.WritableLog;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A log of a writer, and an index that follows it. */
abstract class ClaimsScene {
  final MemoryStorage storage = new MemoryStorage();
  final Table table = storage.openTable("claims");
  final List<String> changes = new ArrayList<>();
  final Log log = WritableLog.open(storage, 1);
  final Bee bee = new Bee(log);
  final ClaimIndex index = index(NamePolicy.standard(), ClaimOrder.earliest());

  final ClaimIndex index(NamePolicy policy, ClaimOrder order) {
    try {
      return ClaimIndex.open(
          table,
          policy,
          order,
          change -> {
            String before = change.before().map(Registration::registeredBy).orElse("-");
            String after = change.after().map(Registration::registeredBy).orElse("-");
            changes.add(before + ">" + after);
          });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] record(String by, long at) {
    return utf8("{\"registeredAt\":" + at + ",\"registeredBy\":\"" + by + "\"}");
  }

  final void follow(Log followed) throws Exception {
    RegistryReader reader = new RegistryReader(followed, index);
    while (reader.advance()) {}
  }

  final List<String> names() throws Exception {
    return index.owners("").stream().map(Registration::username).toList();
  }
}
