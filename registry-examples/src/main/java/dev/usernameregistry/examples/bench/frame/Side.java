package dev.usernameregistry.examples.bench.frame;

/** Whose work is measured. */
public enum Side {
  OURS,
  JS
}
