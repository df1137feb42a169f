package dev.usernameregistry.examples.terminal;

/** How the programs are started. */
public final class Programs {
  /** Starts all of them. */
  public static final String JAR = "java -jar registry.jar";

  private Programs() {}

  /** Returns what to type; {@code program} may have options behind it. */
  public static String command(String program) {
    return JAR + " " + program;
  }
}
