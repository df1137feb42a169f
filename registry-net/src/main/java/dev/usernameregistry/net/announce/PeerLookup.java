package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.AnnounceMessage.Place;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Query;
import dev.usernameregistry.net.dht.QueryListener;
import dev.usernameregistry.net.dht.QueryResult;
import dev.usernameregistry.net.dht.QuerySpec;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.Request;
import dev.usernameregistry.net.dht.SourceRates;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One lookup of a topic: asks for peers, takes away our older announcements where it finds them,
 * and announces at the closest nodes, in this order and as far as wanted.
 */
final class PeerLookup implements Lookup, QueryListener {
  /** Peers that one lookup tells of; nodes that make up more are not listened to. */
  static final int FOUND_MAX = 2048;

  /** Peers that one lookup tells of on the word of one host; honest nodes name twenty. */
  static final int HOST_FOUND_MAX = 64;

  /** Nodes at which one lookup takes announcements away. */
  static final int UNANNOUNCES_MAX = 64;

  private final DhtNode node;
  private final Key topic;
  private final LookupListener listener;

  /** Whose older announcements are taken away, or null. */
  private final @Nullable KeyPair withdrawn;

  private final @Nullable Announcement announcement;

  private final Set<PeerRecord> found = new HashSet<>();

  /** How many of these each host was the first to name. */
  private final Map<Long, Integer> foundOfHost = new HashMap<>();

  private final Batch unannounces;
  private final Batch announces;

  /** Who waits for the end. Invariant: empty once done. */
  private final List<LongConsumer> over = new ArrayList<>();

  private @Nullable Query query;
  private boolean done;

  PeerLookup(
      DhtNode node,
      Key topic,
      @Nullable KeyPair withdrawn,
      @Nullable Announcement announcement,
      LookupListener listener) {
    this.node = node;
    this.topic = topic;
    this.withdrawn = withdrawn;
    this.announcement = announcement;
    this.listener = listener;
    this.unannounces = new Batch(node);
    this.announces = new Batch(node);
  }

  void start(List<Ipv4Address> startNodes, long nowNanos) {
    if (done) {
      return;
    }
    QuerySpec spec = QuerySpec.of(Command.LOOKUP, topic).startNodes(startNodes);
    query = node.query(spec, this, nowNanos);
  }

  @Override
  public void replied(Reply reply, long nowNanos) {
    byte[] value = reply.value();
    if (value == null) {
      return;
    }
    List<PeerRecord> peers;
    try {
      peers = LookupReply.decode(new WireReader(value)).peers();
    } catch (MalformedMessageException e) {
      return; // as if it knew nobody
    }
    unannounce(reply, peers, nowNanos);
    long host = SourceRates.source(reply.from());
    for (PeerRecord peer : peers) {
      boolean full = foundOfHost.getOrDefault(host, 0) >= HOST_FOUND_MAX;
      if (done || full || found.size() >= FOUND_MAX) {
        return;
      }
      PeerRecord stored = peer.stored();
      if (found.add(stored)) {
        foundOfHost.merge(host, 1, Integer::sum);
        listener.found(stored, reply.from(), nowNanos);
      }
    }
  }

  /** Takes our announcement away from a node that has it, or may have more than it told. */
  private void unannounce(Reply reply, List<PeerRecord> peers, long nowNanos) {
    byte[] token = reply.token();
    Key nodeId = reply.id();
    if (withdrawn == null || token == null || nodeId == null) {
      return;
    }
    Key key = withdrawn.publicKey();
    boolean mayHaveIt =
        peers.size() >= LookupReply.PEERS_MAX
            || peers.stream().anyMatch(peer -> peer.publicKey().equals(key));
    if (mayHaveIt && unannounces.size() < UNANNOUNCES_MAX) {
      AnnounceMessage message =
          AnnounceMessage.unannounce(new Place(topic, nodeId, token), withdrawn);
      Request request = Request.of(Command.UNANNOUNCE, topic).token(token).value(message.encode());
      unannounces.send(request, reply.from(), Batch.Answered.IGNORE, nowNanos);
    }
  }

  @Override
  public void done(QueryResult result, long nowNanos) {
    unannounces.whenEnded(now -> announce(result, now), nowNanos);
  }

  private void announce(QueryResult result, long nowNanos) {
    if (announcement != null && !done) {
      result.closest().forEach(reply -> announce(announcement, reply, nowNanos));
    }
    announces.whenEnded(now -> end(result, now), nowNanos);
  }

  private void announce(Announcement what, Reply at, long nowNanos) {
    Key nodeId = at.id();
    if (nodeId == null) {
      return;
    }
    Batch.Signed announce =
        token -> {
          AnnounceMessage message =
              AnnounceMessage.announce(
                  new Place(topic, nodeId, token),
                  what.keyPair(),
                  what.relayAddresses(),
                  what.bump());
          return Request.of(Command.ANNOUNCE, topic).token(token).value(message.encode());
        };
    announces.sendWithToken(announce, at, Batch.Answered.IGNORE, nowNanos);
  }

  /** Returns whether this announces the peer with this key under this topic. */
  boolean announces(Key topic, Key publicKey) {
    return announcement != null
        && this.topic.equals(topic)
        && announcement.keyPair().publicKey().equals(publicKey);
  }

  /** Has {@code then} called once nothing that this announces is on its way or still to be sent. */
  void whenOver(LongConsumer then, long nowNanos) {
    if (done) {
      announces.whenEnded(then, nowNanos);
    } else {
      over.add(then);
    }
  }

  private void end(QueryResult result, long nowNanos) {
    if (done) {
      return;
    }
    done = true;
    List<Ipv4Address> closest = result.closest().stream().map(Reply::from).toList();
    listener.done(
        new LookupResult(closest, result.successes(), announces.successCount()), nowNanos);
    waiting().forEach(then -> then.accept(nowNanos));
  }

  /** Returns who waits for the end, once. */
  private List<LongConsumer> waiting() {
    List<LongConsumer> waiting = List.copyOf(over);
    over.clear();
    return waiting;
  }

  @Override
  public void cancel(long nowNanos) {
    done = true;
    if (query != null) {
      query.cancel(nowNanos);
    }
    unannounces.cancel(nowNanos);
    announces.stopRepeating();
    // what was announced may still arrive, so whoever takes it back waits for that to end
    waiting().forEach(then -> announces.whenEnded(then, nowNanos));
  }

  @Override
  public boolean isDone() {
    return done;
  }
}
