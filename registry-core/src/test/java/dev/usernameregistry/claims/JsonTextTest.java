package dev.usernameregistry.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The right-hand sides are what Node.js 20 prints for JSON.stringify(JSON.parse(left)). */
class JsonTextTest {

  private static String stringified(String json) throws JsonProcessingException {
    return new String(JsonText.of(new ObjectMapper().readTree(json)), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|0",
        "-0|0",
        "-0.0|0",
        "1.0|1",
        "1234567890|1234567890",
        "9007199254740991|9007199254740991",
        "9007199254740993|9007199254740992",
        "-9007199254740993|-9007199254740992",
        "12345678901234567890|12345678901234567000",
        "0.1|0.1",
        "0.000001|0.000001",
        "0.0000001|1e-7",
        "1e21|1e+21",
        "1e20|100000000000000000000",
        "123e19|1.23e+21",
        "1.5e300|1.5e+300",
        "-2.5e-9|-2.5e-9",
        "5e-324|5e-324",
        "2e-3|0.002",
        "2.0e23|2e+23",
        "123.456|123.456",
        "1e400|null",
        "[]|[]",
        "{}|{}",
        "[1, [true, false], null]|[1,[true,false],null]",
      })
  void valuesAreWrittenAsJavaScriptDoes(String json, String expected)
      throws JsonProcessingException {
    assertThat(stringified(json)).isEqualTo(expected);
  }

  @Test
  void arrayIndicesComeFirstAndAscendAndOtherNamesKeepTheirOrder() throws JsonProcessingException {
    assertThat(
            stringified(
                "{\"b\":1,\"10\":2,\"a\":{\"1\":1,\"0\":0},\"9\":3,\"01\":4,\"-1\":5,"
                    + "\"4294967294\":6,\"4294967295\":7,\"\":8}"))
        .isEqualTo(
            "{\"9\":3,\"10\":2,\"4294967294\":6,\"b\":1,\"a\":{\"0\":0,\"1\":1},\"01\":4,\"-1\":5,"
                + "\"4294967295\":7,\"\":8}");
  }

  @Test
  void onlyWhatMustBeEscapedIs() {
    String text = "\" \\/\b\f\n\r\t\u0000\u001f\u007f\u2028é😀\ud800x\udc00";

    byte[] written = JsonText.of(JsonNodeFactory.instance.textNode(text));

    assertThat(new String(written, StandardCharsets.UTF_8))
        .isEqualTo("\"\\\" \\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u2028é😀\\ud800x\\udc00\"");
  }

  @Test
  void javaObjectsAreNoJson() {
    assertThatThrownBy(() -> JsonText.of(JsonNodeFactory.instance.pojoNode(new Object())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("POJO");
  }
}
