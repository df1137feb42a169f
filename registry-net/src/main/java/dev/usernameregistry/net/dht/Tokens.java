package dev.usernameregistry.net.dht;

/** What we give to hosts so that they can show that they receive what we send to them. */
final class Tokens {
  /** Bytes in a token. */
  static final int BYTES = 32;

  private Tokens() {}
}
