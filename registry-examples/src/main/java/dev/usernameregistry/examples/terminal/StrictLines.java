package dev.usernameregistry.examples.terminal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * Lines of text in one encoding. A line with bytes that are none in it is refused; a usual reader
 * would put U+FFFD in their place, and they would be signed and kept as that. For one thread.
 */
public final class StrictLines {
  private final InputStream in;
  private final Charset charset;

  /** Reads {@code in} byte by byte, so it should have a buffer; it is not closed. */
  public StrictLines(InputStream in, Charset charset) {
    this.in = in;
    this.charset = charset;
  }

  /**
   * Waits for the next line, and returns it without its end; null at the end of input.
   *
   * @throws Garbled if the line is not text in the encoding; the lines after it can be read
   */
  public @Nullable String next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int one = in.read();
    if (one < 0) {
      return null;
    }
    while (one >= 0 && one != '\n') {
      line.write(one);
      one = in.read();
    }
    String text = decoded(line.toByteArray());
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  private String decoded(byte[] line) throws Garbled {
    try {
      return charset.newDecoder().decode(ByteBuffer.wrap(line)).toString();
    } catch (CharacterCodingException e) {
      throw new Garbled(Encoding.lacks(charset, "this line, which was not carried out,"), e);
    }
  }

  /** A line is not text in the encoding that it was read in. */
  public static final class Garbled extends IOException {
    private static final long serialVersionUID = 1L;

    Garbled(String message, CharacterCodingException cause) {
      super(message, cause);
    }
  }
}
