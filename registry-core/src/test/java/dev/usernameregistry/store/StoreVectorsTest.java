package dev.usernameregistry.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.testkit.Vectors;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StoreVectorsTest {

  static Stream<Arguments> corestore() {
    return Vectors.load("keys").arguments("corestore");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("corestore")
  void namesMeanTheSameKeysAsInCorestore(String label, JsonNode vector) throws IOException {
    Key primaryKey = Key.of(Vectors.bytes(vector.get("primaryKey")));
    NamedKeys names = NamedKeys.of(primaryKey);
    for (JsonNode name : vector.get("namespacePath")) {
      names = names.namespace(name.asText());
    }
    String name = vector.get("name").asText();
    assertThat(names.keyPair(name).publicKey().hex()).isEqualTo(vector.get("publicKey").asText());
    assertThat(names.manifest(name).encode()).isEqualTo(Vectors.bytes(vector.get("manifest")));
    assertThat(names.logKey(name).hex()).isEqualTo(vector.get("key").asText());

    if (vector.get("namespacePath").isEmpty() && !name.isEmpty()) {
      Log log = LogStore.open(new MemoryStorage(), primaryKey).open(name);
      assertThat(log.discoveryKey().hex()).isEqualTo(vector.get("discoveryKey").asText());
      assertThat(log.writable()).isTrue();
    }
  }
}
