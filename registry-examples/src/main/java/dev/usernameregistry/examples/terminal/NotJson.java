package dev.usernameregistry.examples.terminal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;

/** Why a text is not JSON, for people. */
public final class NotJson {
  private NotJson() {}

  /** Returns what Jackson says, without the names of its classes and features. */
  public static String reason(JacksonException e) {
    if (e instanceof JsonEOFException) {
      return "its end is missing";
    }
    return e instanceof MismatchedInputException
        ? "something stands behind its end"
        : String.valueOf(e.getOriginalMessage());
  }
}
