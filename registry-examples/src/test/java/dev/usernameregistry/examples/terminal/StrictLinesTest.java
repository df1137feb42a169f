package dev.usernameregistry.examples.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class StrictLinesTest {

  @Test
  void linesEndAtTheirEndsAndTheInputsEnd() throws IOException {
    StrictLines lines = lines("Zürich\r\n\nlast", StandardCharsets.UTF_8);

    assertThat(lines.next()).isEqualTo("Zürich");
    assertThat(lines.next()).isEmpty();
    assertThat(lines.next()).isEqualTo("last");
    assertThat(lines.next()).isNull();
  }

  @Test
  void aLineThatTheEncodingHasNotIsRefusedAndTheNextIsRead() throws IOException {
    StrictLines lines = lines("Zürich\nOslo\n", StandardCharsets.US_ASCII);

    assertThatThrownBy(lines::next)
        .isInstanceOf(StrictLines.Garbled.class)
        .hasMessageContaining("US-ASCII")
        .hasMessageContaining("LC_ALL=C.UTF-8");
    assertThat(lines.next()).isEqualTo("Oslo");
  }

  @Test
  void whoSpeaksUtf8IsNotToldToTurnToIt() {
    byte[] latin1 = "Zürich".getBytes(StandardCharsets.ISO_8859_1);
    StrictLines lines = new StrictLines(new ByteArrayInputStream(latin1), StandardCharsets.UTF_8);

    assertThatThrownBy(lines::next)
        .isInstanceOf(StrictLines.Garbled.class)
        .hasMessage("this line, which was not carried out, is not UTF-8");
  }

  private static StrictLines lines(String text, Charset charset) {
    return new StrictLines(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), charset);
  }
}
