package dev.usernameregistry.net.announce;

/** Numbers of the requests that this room sends and serves. */
final class Command {
  /** Asks for the record of the peer whose key's hash is the target. */
  static final int FIND_PEER = 2;

  /** Asks for records of peers that announced the target. */
  static final int LOOKUP = 3;

  /** Adds a signed record under the target. */
  static final int ANNOUNCE = 4;

  /** Takes a signed record from under the target. */
  static final int UNANNOUNCE = 5;

  /** Stores a value that its writer's key names and signs. */
  static final int MUTABLE_PUT = 6;

  /** Asks for such a value. */
  static final int MUTABLE_GET = 7;

  /** Stores a value under its own hash. */
  static final int IMMUTABLE_PUT = 8;

  /** Asks for such a value. */
  static final int IMMUTABLE_GET = 9;

  /** Speaks to an extension of the node. We have none. */
  static final int PLUGIN = 10;

  private Command() {}
}
