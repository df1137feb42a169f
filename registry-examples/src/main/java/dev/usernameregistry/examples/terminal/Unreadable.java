package dev.usernameregistry.examples.terminal;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Why a file could not be read, for people. */
public final class Unreadable {
  private Unreadable() {}

  /** Returns a sentence about {@code file} without the names of classes. */
  public static String reason(Path file, IOException trouble) {
    if (trouble instanceof NoSuchFileException) {
      return "there is no file " + file;
    }
    if (trouble instanceof AccessDeniedException) {
      return file + " may not be read by you";
    }
    return file + " cannot be read: " + trouble.getMessage();
  }
}
