package dev.usernameregistry.claims;

/** What the index made of one key of one registry. */
enum RowKind {
  /** A registration. */
  CLAIMED(0),
  /** A registration whose name breaks the policy; counted only. */
  REFUSED(1),
  /** Not a registration; counted only. */
  UNUSABLE(2);

  private final byte code;

  RowKind(int code) {
    this.code = (byte) code;
  }

  /** Returns the number that stands for this in a row. */
  byte code() {
    return code;
  }

  static RowKind of(byte code) {
    for (RowKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    throw new AssertionError("a row of kind " + code);
  }
}
