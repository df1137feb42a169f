package dev.usernameregistry.examples.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {
  @Test
  void aLineIsWhatItsNodeSays() {
    ObjectNode line = JsonLines.event("all kinds");
    line.put("text", "\"\\\n\u0001 é 名 \uD83D\uDE00").putNull("none").put("yes", true);
    line.put("int", -1).put("long", Long.MAX_VALUE).put("double", 0.1).put("whole", 1e300);
    line.put("float", 0.1f).put("decimal", new BigDecimal("1.10")).putObject("empty");
    line.putArray("list").add(1).addArray().addObject().put("deep", "value");

    ByteArrayOutputStream told = new ByteArrayOutputStream();
    new JsonLines(told).say(line);

    assertThat(told.toString(StandardCharsets.UTF_8)).isEqualTo(line + "\n");
  }
}
