package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.testkit.Vectors;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests are tested beside the log, which is where they are read and written. */
class KeyVectorsTest {
  private static final Vectors KEYS = Vectors.load("keys");

  static Stream<Arguments> cores() {
    return KEYS.arguments("cores");
  }

  @Test
  void namespacesAreTheReferences() {
    for (JsonNode namespace : KEYS.cases("namespaces")) {
      assertThat(Blake2b.namespace(namespace.get("group").asText(), namespace.get("index").asInt()))
          .isEqualTo(Vectors.bytes(namespace.get("hex")));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cores")
  void aSeedGivesTheReferencesKeyPairAndSignature(String name, JsonNode core) {
    byte[] seed = Vectors.bytes(core.get("seed"));
    KeyPair pair = KeyPair.fromSeed(seed);
    byte[] message = Vectors.bytes(core.get("message"));
    byte[] signature = Vectors.bytes(core.get("messageSignature"));
    assertThat(pair.publicKey().hex()).isEqualTo(core.get("publicKey").asText());
    assertThat(pair.seed()).isEqualTo(seed);
    assertThat(pair.sign(message)).isEqualTo(signature);
    assertThat(Signatures.verify(signature, message, pair.publicKey())).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cores")
  void aSignatureHoldsForNoOtherMessageKeyOrSignature(String name, JsonNode core) {
    Key key = Key.of(Vectors.bytes(core.get("publicKey")));
    byte[] message = Vectors.bytes(core.get("message"));
    byte[] signature = Vectors.bytes(core.get("messageSignature"));
    for (int bit = 0; bit < 8 * signature.length; bit += 13) {
      assertThat(Signatures.verify(flipped(signature, bit), message, key)).isFalse();
    }
    for (int bit = 0; bit < 8 * message.length; bit += 13) {
      assertThat(Signatures.verify(signature, flipped(message, bit), key)).isFalse();
    }
    for (int bit = 0; bit < 8 * Key.BYTES; bit += 13) {
      Key other = Key.of(flipped(key.bytes(), bit));
      assertThat(Signatures.verify(signature, message, other)).isFalse();
    }
  }

  @Test
  void idsAndDiscoveryKeysAreTheReferences() {
    for (JsonNode core : KEYS.cases("cores")) {
      for (String form : List.of("v0", "v1", "v2", "compat")) {
        isNamedAs(core.get(form));
      }
    }
    KEYS.cases("manifests").forEach(KeyVectorsTest::isNamedAs);
    KEYS.cases("corestore").forEach(KeyVectorsTest::isNamedAs);
  }

  private static void isNamedAs(JsonNode named) {
    Key key = Key.of(Vectors.bytes(named.get("key")));
    assertThat(key.id()).isEqualTo(named.get("id").asText());
    assertThat(Key.fromId(named.get("id").asText())).isEqualTo(key);
    assertThat(key.discoveryKey().hex()).isEqualTo(named.get("discoveryKey").asText());
  }

  private static byte[] flipped(byte[] bytes, int bit) {
    byte[] copy = bytes.clone();
    copy[bit / 8] ^= (byte) (1 << bit % 8);
    return copy;
  }
}
