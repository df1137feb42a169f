package dev.usernameregistry.log;

import java.io.IOException;

/**
 * The log is not any more as the caller saw it: it was lengthened or cut meanwhile, be it by a peer
 * that holds later blocks. Nothing was changed; whoever looks at the log again can try again.
 */
public final class LogMovedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says in {@code message} what was expected and what was found. */
  public LogMovedException(String message) {
    super(message);
  }
}
