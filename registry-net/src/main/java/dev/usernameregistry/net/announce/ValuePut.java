package dev.usernameregistry.net.announce;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Query;
import dev.usernameregistry.net.dht.QueryListener;
import dev.usernameregistry.net.dht.QueryResult;
import dev.usernameregistry.net.dht.QuerySpec;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.Request;
import org.jspecify.annotations.Nullable;

/** Stores one value at the nodes closest to its target. */
final class ValuePut implements Lookup, QueryListener {
  private final DhtNode node;
  private final Request put;
  private final Key target;
  private final PutListener listener;
  private final Batch puts;
  private @Nullable Query query;
  private int seqReusedCount;
  private int seqTooLowCount;
  private boolean done;

  /**
   * @param putCommand MUTABLE_PUT or IMMUTABLE_PUT
   * @param value of the request
   */
  ValuePut(DhtNode node, int putCommand, Key target, byte[] value, PutListener listener) {
    this.node = node;
    this.target = target;
    this.put = Request.of(putCommand, target).value(value);
    this.listener = listener;
    this.puts = new Batch(node);
  }

  /** Finds the closest nodes by asking them for the value, so that each gives us a token. */
  void start(int getCommand, byte @Nullable [] getValue, long nowNanos) {
    query = node.query(QuerySpec.of(getCommand, target).value(getValue), this, nowNanos);
  }

  @Override
  public void replied(Reply reply, long nowNanos) {}

  @Override
  public void done(QueryResult result, long nowNanos) {
    for (Reply closest : result.closest()) {
      puts.sendWithToken(put::token, closest, this::count, nowNanos);
    }
    puts.whenEnded(this::end, nowNanos);
  }

  private void count(Reply reply, long nowNanos) {
    seqReusedCount += reply.error() == Values.SEQ_REUSED ? 1 : 0;
    seqTooLowCount += reply.error() == Values.SEQ_TOO_LOW ? 1 : 0;
  }

  private void end(long nowNanos) {
    done = true;
    listener.done(
        new PutListener.Result(puts.successCount(), seqReusedCount, seqTooLowCount), nowNanos);
  }

  @Override
  public void cancel(long nowNanos) {
    done = true;
    if (query != null) {
      query.cancel(nowNanos);
    }
    puts.cancel(nowNanos);
  }

  @Override
  public boolean isDone() {
    return done;
  }
}
