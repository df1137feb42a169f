package dev.usernameregistry.examples.bench;

/** Whose work is measured. */
enum Side {
  OURS,
  JS
}
