package dev.usernameregistry.claims;

/** Nobody can register a name: the policy refuses it, or no registry can hold it. */
public final class RefusedNameException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Shows the name in {@code message}, and says what is allowed. */
  public RefusedNameException(String message) {
    super(message);
  }
}
