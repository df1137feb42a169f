package dev.usernameregistry.net.dht;

import dev.usernameregistry.crypto.Key;

/** A query under way: it asks ever closer nodes until no closer one is known. */
public final class Query {
  private final QuerySpec spec;

  Query(QuerySpec spec) {
    this.spec = spec;
  }

  /** Returns what the query looks for. */
  public Key target() {
    return spec.target();
  }

  /** Ends the query and its requests; its listener is not called any more. */
  public void cancel(long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns whether the query has ended. */
  public boolean isDone() {
    throw new UnsupportedOperationException("not built yet");
  }
}
