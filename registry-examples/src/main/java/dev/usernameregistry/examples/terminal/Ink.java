package dev.usernameregistry.examples.terminal;

import java.nio.charset.Charset;

/**
 * How lines for people look: coloured or not, with signs that the terminal can show.
 *
 * @param coloured whether to send colour codes
 * @param signs whether signs beyond ASCII can be shown
 */
public record Ink(boolean coloured, boolean signs) {
  private static final String ESCAPE = "\u001b[";
  private static final String RESET = ESCAPE + "0m";

  /** Returns plain ink for {@code charset}. */
  public static Ink plain(Charset charset) {
    return new Ink(false, charset.newEncoder().canEncode('\u2713'));
  }

  /** Returns ink for {@code charset} that is coloured if there is a terminal. */
  public static Ink of(Charset charset, boolean terminal) {
    return new Ink(
        terminal && System.getenv("NO_COLOR") == null, charset.newEncoder().canEncode('\u2713'));
  }

  /** Returns the sign and the text of something that went well. */
  public String good(String text) {
    return paint("32", signs ? "\u2713" : "ok") + " " + text;
  }

  /** Returns the sign and the text of something that was refused, or is not there. */
  public String no(String text) {
    return paint("33", signs ? "\u2717" : "--") + " " + text;
  }

  /** Returns the sign and the text of something that works, but could be better. */
  public String odd(String text) {
    return paint("33", signs ? "!" : "--") + " " + text;
  }

  /** Returns the sign and the text of something that went wrong. */
  public String bad(String text) {
    return paint("31", signs ? "\u2717" : "!!") + " " + text;
  }

  /** Returns the sign and the text of news that nobody asked for. */
  public String news(String text) {
    return paint("36", (signs ? "\u00b7" : "*") + " " + text);
  }

  /** Returns {@code text} so that it stands out. */
  public String strong(String text) {
    return paint("1", text);
  }

  /** Returns {@code text} so that it stands back. */
  public String faint(String text) {
    return paint("2", text);
  }

  /**
   * Returns {@code text} of a stranger without characters that a terminal obeys instead of showing
   * them.
   */
  public static String shown(String text) {
    return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }

  private String paint(String code, String text) {
    return coloured ? ESCAPE + code + "m" + text + RESET : text;
  }
}
