package dev.usernameregistry.net.dht;

/** Learns what a query finds. May call the node again, also {@link Query#cancel}. */
public interface QueryListener {
  /** A node answered without an error; called for each, whether or not it is persistent. */
  void replied(Reply reply, long nowNanos);

  /** The query ended by itself; the last call, and the only one of its kind. */
  void done(QueryResult result, long nowNanos);
}
