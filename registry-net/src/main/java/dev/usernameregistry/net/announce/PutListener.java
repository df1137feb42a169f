package dev.usernameregistry.net.announce;

/** Learns what became of a value that is to be stored. */
public interface PutListener {
  /** All nodes have answered or were given up; the only call. */
  void done(PutResult result, long nowNanos);
}
