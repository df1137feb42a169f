package dev.usernameregistry.examples.terminal;

/** What is told on stderr of what happens inside; {@code simplelogger.properties} says the rest. */
public final class LogLines {
  private LogLines() {}

  /** Has all be told, and when it happened. To be called before anything makes a logger. */
  public static void tellAll() {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "debug");
    System.setProperty("org.slf4j.simpleLogger.showDateTime", "true");
    System.setProperty("org.slf4j.simpleLogger.dateTimeFormat", "HH:mm:ss.SSS");
  }
}
