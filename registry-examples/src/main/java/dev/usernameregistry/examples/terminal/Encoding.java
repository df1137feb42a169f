package dev.usernameregistry.examples.terminal;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** In which bytes a terminal gives text, as the environment says (LC_ALL, LANG). */
public final class Encoding {
  /** What stands in decoded text where the encoding had no character. */
  private static final char LOST = '\ufffd';

  private Encoding() {}

  /** Returns the encoding of what is typed, or comes through a pipe. */
  public static Charset ofInput() {
    // not the JDK's default, which since 18 is UTF-8 whatever the environment says
    String environment = System.getProperty("native.encoding", Charset.defaultCharset().name());
    return Charset.forName(System.getProperty("stdin.encoding", environment));
  }

  /** Returns whether {@code text} went through an encoding that has not all of its characters. */
  public static boolean damaged(String text) {
    return text.indexOf(LOST) >= 0;
  }

  /** Returns that {@code what} cannot be had in {@code charset}, and what can be done about it. */
  public static String lacks(Charset charset, String what) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return what + " is not UTF-8";
    }
    return what
        + " has characters that this terminal's encoding, "
        + charset.name()
        + ", has not; start the shell again with LC_ALL=C.UTF-8";
  }
}
