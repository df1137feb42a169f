package dev.usernameregistry.examples.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Where standard input comes from. */
public final class StandardInput {
  /** Where Linux tells it. */
  private static final Path OPEN = Path.of("/proc/self/fd/0");

  private StandardInput() {}

  /**
   * Returns it; empty if whoever started this process has closed it. Then the first file that the
   * JVM opened has its place, 100 MB of code, which nobody means as commands.
   */
  public static InputStream stream() {
    return isTheJvms() ? InputStream.nullInputStream() : System.in;
  }

  private static boolean isTheJvms() {
    try {
      return OPEN.toRealPath().startsWith(Path.of(System.getProperty("java.home")).toRealPath());
    } catch (IOException e) {
      return false; // a pipe has no path, and other systems do not tell
    }
  }
}
