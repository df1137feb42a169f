package dev.usernameregistry.examples.bench.frame;

import java.util.List;

/** The rows of what this machine can do at most, for other rows to be shown beside. */
public final class Limits {
  /** A yardstick for processors, of which no code is ours. */
  public static final Row SHA256 =
      Row.more("limit-sha256", "SHA-256 of the JDK, 256 bytes, one thread", "/s");

  public static final Row SIGN = Row.more("limit-sign", "Ed25519: sign, one thread", "/s");

  public static final Row VERIFY = Row.more("limit-verify", "Ed25519: verify, one thread", "/s");

  public static final Row HASH =
      Row.more("limit-hash", "BLAKE2b: a block of 256 bytes and a parent, one thread", "/s");

  public static final Row FSYNC = Row.more("limit-fsync", "write 256 bytes, then fsync", "/s");

  public static final Row LOOPBACK =
      Row.more("limit-loopback", "loopback TCP, one connection, 64 KiB writes", "MB/s");

  private Limits() {}

  /** Returns all of them. */
  public static List<Row> all() {
    return List.of(SHA256, SIGN, VERIFY, HASH, FSYNC, LOOPBACK);
  }
}
