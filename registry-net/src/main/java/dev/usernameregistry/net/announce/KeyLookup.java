package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Query;
import dev.usernameregistry.net.dht.QueryListener;
import dev.usernameregistry.net.dht.QueryResult;
import dev.usernameregistry.net.dht.QuerySpec;
import dev.usernameregistry.net.dht.Reply;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One search for the nodes that know how to reach the peer with a certain key. */
final class KeyLookup implements Lookup, QueryListener {
  /** A connection waits for this, so nodes that do not answer are given up earlier. */
  private static final int RETRIES = 3;

  private final DhtNode node;
  private final Key publicKey;
  private final LookupListener listener;
  private @Nullable Query query;
  private boolean done;

  KeyLookup(DhtNode node, Key publicKey, LookupListener listener) {
    this.node = node;
    this.publicKey = publicKey;
    this.listener = listener;
  }

  void start(List<Ipv4Address> startNodes, long nowNanos) {
    QuerySpec spec =
        QuerySpec.of(Command.FIND_PEER, PeerRecord.target(publicKey))
            .startNodes(startNodes)
            .retries(RETRIES);
    query = node.query(spec, this, nowNanos);
  }

  @Override
  public void replied(Reply reply, long nowNanos) {
    byte[] value = reply.value();
    if (value == null) {
      return;
    }
    PeerRecord peer;
    try {
      peer = PeerRecord.decode(new WireReader(value));
    } catch (MalformedMessageException e) {
      return; // as if it knew nothing
    }
    if (peer.publicKey().equals(publicKey)) {
      listener.found(peer.stored(), reply.from(), nowNanos);
    }
  }

  @Override
  public void done(QueryResult result, long nowNanos) {
    done = true;
    List<Ipv4Address> closest = result.closest().stream().map(Reply::from).toList();
    listener.done(new LookupResult(closest, result.successes(), 0), nowNanos);
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
