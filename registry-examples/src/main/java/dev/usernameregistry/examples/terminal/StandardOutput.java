package dev.usernameregistry.examples.terminal;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Optional;

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

  /**
   * Returns why not all that was said has arrived, as when a disk is full; empty if it has, or its
   * reader had gone and wanted no more.
   */
  @SuppressWarnings("resource") // it is the process's
  public static Optional<String> trouble() {
    if (!System.out.checkError()) {
      return Optional.empty();
    }
    try {
      new FileOutputStream(FileDescriptor.out).write('\n'); // a PrintStream does not say why
      return Optional.of("a part of the output is lost");
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage());
      return reason.toLowerCase(Locale.ROOT).contains("pipe")
          ? Optional.empty()
          : Optional.of("the output cannot be written: " + reason);
    }
  }

  /** Returns the ink for it. */
  public static Ink ink() {
    return Ink.of(charset(), isTerminal());
  }
}
