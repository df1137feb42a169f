package dev.usernameregistry.storage;

/** What a commit that must not be lost survives once it has returned. */
public enum Durability {
  /**
   * The end of the process, of the operating system and of the power supply: the commit waits until
   * the disk has it. Commits made at the same time by several threads share one such wait.
   */
  SYNC,

  /**
   * The end of the process, however sudden, but not of the operating system: the commit waits for
   * no disk. After a power failure some of the last commits may be missing. If peers have what is
   * missing, and more is written before they have brought it back, the registry has two histories
   * and is frozen, as when an old copy of a store is written to.
   */
  BUFFERED
}
