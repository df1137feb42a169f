package dev.usernameregistry.net.announce;

/** Learns what became of a value that is to be stored. */
public interface PutListener {
  /**
   * What became of a value.
   *
   * @param storedCount nodes that store it now, at most 20
   * @param seqReusedCount nodes that have another signed value with the same number
   * @param seqTooLowCount nodes that have one with a higher number
   */
  record Result(int storedCount, int seqReusedCount, int seqTooLowCount) {}

  /** All nodes have answered or were given up; the only call. */
  void done(Result result, long nowNanos);
}
