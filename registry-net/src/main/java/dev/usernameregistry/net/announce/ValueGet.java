package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Query;
import dev.usernameregistry.net.dht.QueryListener;
import dev.usernameregistry.net.dht.QueryResult;
import dev.usernameregistry.net.dht.QuerySpec;
import dev.usernameregistry.net.dht.Reply;
import org.jspecify.annotations.Nullable;

/** Asks nodes for one value until the right one, or the newest, is known. */
final class ValueGet<V> implements Lookup, QueryListener {
  /** Reads what a node answered. */
  interface Reader<V> {
    /**
     * Returns the value if it is right and newer than {@code best}, else null.
     *
     * @throws MalformedMessageException if it cannot be read
     */
    @Nullable V read(byte[] value, @Nullable V best);
  }

  private final DhtNode node;
  private final Reader<V> reader;
  private final boolean firstIsEnough;
  private final ValueListener<V> listener;
  private @Nullable Query query;
  private @Nullable V best;
  private boolean done;

  /**
   * @param firstIsEnough whether there can be no better value than one that is right
   */
  ValueGet(DhtNode node, Reader<V> reader, boolean firstIsEnough, ValueListener<V> listener) {
    this.node = node;
    this.reader = reader;
    this.firstIsEnough = firstIsEnough;
    this.listener = listener;
  }

  void start(QuerySpec spec, long nowNanos) {
    query = node.query(spec, this, nowNanos);
  }

  @Override
  public void replied(Reply reply, long nowNanos) {
    byte[] value = reply.value();
    V read = value == null ? null : read(value);
    if (read == null) {
      return;
    }
    best = read;
    listener.found(read, nowNanos);
    if (firstIsEnough && !done) {
      cancel(nowNanos);
      listener.done(read, nowNanos);
    }
  }

  private @Nullable V read(byte[] value) {
    try {
      return reader.read(value, best);
    } catch (MalformedMessageException e) {
      return null; // as if it had none
    }
  }

  @Override
  public void done(QueryResult result, long nowNanos) {
    done = true;
    listener.done(best, nowNanos);
  }

  @Override
  public void cancel(long nowNanos) {
    done = true;
    if (query != null) {
      query.cancel(nowNanos);
    }
  }

  @Override
  public boolean isDone() {
    return done;
  }
}
