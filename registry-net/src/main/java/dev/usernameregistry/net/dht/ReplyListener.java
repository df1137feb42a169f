package dev.usernameregistry.net.dht;

/** Learns how one request ended: exactly one call, unless the request was cancelled. */
public interface ReplyListener {
  /** The asked node answered, perhaps with an error. */
  void replied(Reply reply, long nowNanos);

  /** No answer came to any try, or the node was suspended. */
  void timedOut(long nowNanos);
}
