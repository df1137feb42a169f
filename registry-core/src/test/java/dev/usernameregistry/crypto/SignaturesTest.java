package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.testkit.Vectors;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SignaturesTest {

  @Test
  void signaturesAtTheEdgesGetLibsodiumsVerdictOrAreRefused() throws IOException {
    JsonNode file;
    try (InputStream in = SignaturesTest.class.getResourceAsStream("/ed25519/edges.json")) {
      file = new ObjectMapper().readTree(in);
    }
    assertThat(file.get("cases")).isNotEmpty();
    for (JsonNode edge : file.get("cases")) {
      Key key = Key.of(Vectors.bytes(edge.get("publicKey")));
      byte[] signature = Vectors.bytes(edge.get("signature"));
      byte[] message = Vectors.bytes(edge.get("message"));
      assertThat(Signatures.verify(signature, message, key))
          .as(edge.get("what").asText())
          .isEqualTo(edge.get("registry").asBoolean());
    }
  }

  @Test
  void aSignatureHasExactlyItsSize() {
    KeyPair pair = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    byte[] message = {1, 2, 3};
    byte[] signature = pair.sign(message);
    assertThat(Signatures.verify(signature, message, pair.publicKey())).isTrue();
    for (int size : new int[] {0, 32, 63, 65, 68}) {
      assertThat(Signatures.verify(Arrays.copyOf(signature, size), message, pair.publicKey()))
          .isFalse();
    }
  }

  @Test
  void aKeyPairShowsNoSecret() {
    KeyPair pair = KeyPair.fromSeed(new byte[KeyPair.SEED_BYTES]);
    assertThat(pair.toString()).contains(pair.publicKey().hex()).doesNotContain("00000000");
    pair.seed()[0] = 1;
    assertThat(pair.seed()).containsOnly(0);
  }
}
