package dev.usernameregistry.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.testkit.Vectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EncodingVectorsTest {
  private static final Vectors ENCODING = Vectors.load("encoding");

  static Stream<Arguments> cases() {
    return ENCODING.arguments("cases");
  }

  static Stream<Arguments> decodeOnly() {
    return ENCODING.arguments("decodeOnly");
  }

  static Stream<Arguments> errors() {
    return ENCODING.arguments("errors");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void valuesAreWrittenAsTheReferenceWritesThem(String name, JsonNode vector) {
    WireWriter out = new WireWriter();
    EncodingTypes.write(vector.get("type").asText(), vector.get("value"), out);
    assertThat(out.toByteArray()).isEqualTo(Vectors.bytes(vector.get("hex")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void bytesAreReadAsTheReferenceReadsThem(String name, JsonNode vector) {
    WireReader in = new WireReader(Vectors.bytes(vector.get("hex")));
    assertThat(EncodingTypes.read(vector.get("type").asText(), in)).isEqualTo(vector.get("value"));
    assertThat(in.hasRemaining()).isFalse();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("decodeOnly")
  void otherSpellingsAreReadToo(String name, JsonNode vector) {
    WireReader in = new WireReader(Vectors.bytes(vector.get("hex")));
    assertThat(EncodingTypes.read(vector.get("type").asText(), in)).isEqualTo(vector.get("value"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void malformedBytesAreRefused(String name, JsonNode vector) {
    WireReader in = new WireReader(Vectors.bytes(vector.get("hex")));
    assertThatThrownBy(() -> EncodingTypes.read(vector.get("type").asText(), in))
        .isInstanceOf(MalformedMessageException.class);
  }
}
