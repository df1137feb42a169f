package dev.usernameregistry.examples.terminal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;

/** Why a text is not JSON, for people. */
public final class NotJson {
  private NotJson() {}

  /** Returns where it ends to be JSON, in place of what Jackson says about its grammar. */
  public static String reason(JacksonException e) {
    if (e instanceof JsonEOFException) {
      return "its end is missing";
    }
    if (e instanceof MismatchedInputException) {
      return "something stands behind its end";
    }
    if (e instanceof StreamConstraintsException) {
      return "it is too long, or too deep";
    }
    JsonLocation where = e.getLocation();
    String line = where.getLineNr() == 1 ? "its " : "in its line " + where.getLineNr() + ", ";
    return line + "character " + where.getColumnNr() + " does not fit";
  }
}
