package dev.usernameregistry.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.testkit.Vectors;
import org.junit.jupiter.api.Test;

class ZBase32VectorsTest {
  @Test
  void textAndBytesAreTheReferences() {
    for (JsonNode pair : Vectors.load("encoding").cases("z32")) {
      byte[] bytes = Vectors.bytes(pair.get("hex"));
      String text = Vectors.text(pair.get("z32"));
      assertThat(ZBase32.encode(bytes)).isEqualTo(text);
      assertThat(ZBase32.decode(text)).isEqualTo(bytes);
    }
  }
}
