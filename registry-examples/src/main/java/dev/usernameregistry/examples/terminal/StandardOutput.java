package dev.usernameregistry.examples.terminal;

import java.nio.charset.Charset;

/** Where standard output goes. */
public final class StandardOutput {
  private StandardOutput() {}

  /** Returns whether a person sits at both ends: input and output. */
  @SuppressWarnings("SystemConsoleNull") // Main asks for a console that is null without a terminal
  public static boolean isTerminal() {
    return System.console() != null;
  }

  /** Returns its encoding. */
  public static Charset charset() {
    return Charset.forName(System.getProperty("stdout.encoding", Charset.defaultCharset().name()));
  }

  /** Returns the ink for it. */
  public static Ink ink() {
    return Ink.of(charset(), isTerminal());
  }
}
