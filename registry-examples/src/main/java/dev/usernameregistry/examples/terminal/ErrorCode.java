package dev.usernameregistry.examples.terminal;

/**
 * What kind of trouble a program is told of. Its word stays as it is, while the message beside it
 * is for people and may change; more kinds may come.
 */
public enum ErrorCode {
  /** The options make no sense. */
  BAD_OPTIONS("badOptions"),
  /** The line is no command, or not as {@code help} shows it. */
  BAD_COMMAND("badCommand"),
  /** Nobody can register this name. */
  NAME_REFUSED("nameRefused"),
  /** The profile cannot be in a record. */
  PROFILE_REFUSED("profileRefused"),
  /** The name is another's, or nobody's. */
  NOT_YOURS("notYours"),
  /** The registry does not do it in its state: it is frozen or full, or its clock is wrong. */
  NOT_POSSIBLE("notPossible"),
  /** The process was told to end before it was done. */
  ENDED("ended"),
  /** The storage is open elsewhere. */
  STORAGE_IN_USE("storageInUse"),
  /** The storage is damaged. */
  STORAGE_DAMAGED("storageDamaged"),
  /** The folder holds something else than a storage, or one of a newer version. */
  NOT_A_STORAGE("notAStorage"),
  /** The address to listen at is in use, or not this machine's. */
  CANNOT_LISTEN("cannotListen"),
  /** The machine failed otherwise: the disk, the network or the input. */
  FAILED("failed"),
  /** A mistake in this program. */
  OUR_MISTAKE("ourMistake");

  private final String word;

  ErrorCode(String word) {
    this.word = word;
  }

  /** Returns what stands for it in JSON. */
  public String word() {
    return word;
  }
}
