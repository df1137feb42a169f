package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.AnnounceMessage.Place;
import dev.usernameregistry.net.announce.AnnounceMessage.Use;
import dev.usernameregistry.net.announce.Ask.Answer;
import dev.usernameregistry.net.dht.SourceRates;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What peers announced to a node: under topics, and under the hashes of their own keys. */
final class Announced {
  private static final long LIFETIME_NANOS = Duration.ofMinutes(20).toNanos();
  private static final int ENTRIES_MAX = 65_536;

  /** Bytes of a forward or a refreshable announcement around its record. */
  private static final int OBJECTS_BYTES = 150;

  private static final FairCache.Bounds TOPIC_RECORDS = bounds(32 << 20);
  private static final FairCache.Bounds FORWARDS = bounds(8 << 20);
  private static final FairCache.Bounds REFRESHES = bounds(4 << 20);

  /** How far a bump may lie ahead of our own clock. */
  private static final long BUMP_AHEAD_MILLIS_MAX = 60_000;

  /**
   * A peer that announced its own key: handshakes for it are sent on to where that came from.
   *
   * @param record as it is told to others
   */
  private record Forward(Ipv4Address relay, byte[] record) {}

  /** An announcement that can be made again by showing what its refresh was the hash of. */
  private record Refreshable(Key target, Key publicKey, byte[] record) {}

  private final TopicRecords topics;
  private final FairCache<Key, Forward> forwards = new FairCache<>(FORWARDS);
  private final FairCache<Key, Refreshable> refreshes = new FairCache<>(REFRESHES);

  /** Records of peers that this node is, by target. Strangers cannot write here. */
  private final Map<Key, byte[]> own = new HashMap<>();

  private final VerificationBudget budget;
  private final long startMillis;
  private final long startNanos;

  Announced(VerificationBudget budget, RandomGenerator random, long epochMillis, long nowNanos) {
    this.topics = new TopicRecords(TOPIC_RECORDS, random);
    this.budget = budget;
    this.startMillis = epochMillis;
    this.startNanos = nowNanos;
  }

  private static FairCache.Bounds bounds(long bytes) {
    return new FairCache.Bounds(ENTRIES_MAX, bytes, LIFETIME_NANOS);
  }

  void keep(PeerRecord peer) {
    own.put(PeerRecord.target(peer.publicKey()), peer.stored().encode());
  }

  void forget(Key publicKey) {
    own.remove(PeerRecord.target(publicKey));
  }

  Answer findPeer(Key target, long nowNanos) {
    return new Answer.Found(record(target, nowNanos).orElse(null));
  }

  Answer lookup(Key topic, long nowNanos) {
    List<byte[]> records = sample(topic, nowNanos);
    return new Answer.Found(
        records.isEmpty() ? null : LookupReply.encode(records, topics.bump(topic)));
  }

  List<byte[]> sample(Key topic, long nowNanos) {
    List<byte[]> records = topics.sample(topic, LookupReply.PEERS_MAX, nowNanos);
    if (records.size() < LookupReply.PEERS_MAX) {
      record(topic, nowNanos).ifPresent(records::add);
    }
    return records;
  }

  Optional<byte[]> record(Key target, long nowNanos) {
    byte[] ofOwn = own.get(target);
    if (ofOwn != null) {
      return Optional.of(ofOwn);
    }
    return Optional.ofNullable(forwards.get(target, nowNanos)).map(Forward::record);
  }

  Optional<Ipv4Address> forward(Key target, long nowNanos) {
    return own.containsKey(target)
        ? Optional.empty()
        : Optional.ofNullable(forwards.get(target, nowNanos)).map(Forward::relay);
  }

  /** Takes in an announcement or its end. What costs the most is checked last. */
  Answer change(Ask ask, Key target, long nowNanos) {
    if (ask.token() == null || ask.value() == null) {
      return Answer.NONE;
    }
    AnnounceMessage message = AnnounceMessage.decode(new WireReader(ask.value()));
    boolean adds = ask.command() == Command.ANNOUNCE;
    PeerRecord peer = message.peer();
    if (peer == null) {
      Key refresh = message.refresh();
      return adds && refresh != null ? refresh(refresh, ask.from(), nowNanos) : Answer.NONE;
    }
    if (message.signature() == null || !budget.take(SourceRates.source(ask.from()), nowNanos)) {
      return Answer.NONE;
    }
    Place place = new Place(target, ask.nodeId(), ask.token());
    if (!message.isSigned(adds ? Use.ANNOUNCE : Use.UNANNOUNCE, place)) {
      return Answer.NONE;
    }
    if (adds) {
      add(target, peer.stored(), ask.from(), nowNanos);
      bump(target, message.bump(), nowNanos);
      addRefresh(message, target, ask.from(), nowNanos);
    } else {
      remove(target, peer.publicKey());
    }
    return Answer.DONE;
  }

  void remove(Key target, Key publicKey) {
    if (PeerRecord.target(publicKey).equals(target)) {
      forwards.remove(target);
    }
    topics.remove(target, publicKey);
  }

  private void add(Key target, PeerRecord peer, Ipv4Address from, long nowNanos) {
    add(new Refreshable(target, peer.publicKey(), peer.encode()), from, nowNanos);
  }

  private void add(Refreshable entry, Ipv4Address from, long nowNanos) {
    byte[] record = entry.record;
    if (PeerRecord.target(entry.publicKey).equals(entry.target)) {
      Forward forward = new Forward(from, record);
      forwards.put(
          entry.target, forward, record.length + OBJECTS_BYTES, SourceRates.source(from), nowNanos);
      topics.remove(entry.target, entry.publicKey);
    } else {
      topics.put(entry.target, entry.publicKey, record, SourceRates.source(from), nowNanos);
    }
  }

  private void bump(Key topic, long bump, long nowNanos) {
    long nowMillis = startMillis + Duration.ofNanos(nowNanos - startNanos).toMillis();
    if (bump <= nowMillis + BUMP_AHEAD_MILLIS_MAX) {
      topics.bump(topic, bump);
    }
  }

  private void addRefresh(AnnounceMessage message, Key target, Ipv4Address from, long nowNanos) {
    PeerRecord peer = message.peer();
    Key refresh = message.refresh();
    if (peer != null && refresh != null) {
      Refreshable entry = new Refreshable(target, peer.publicKey(), peer.stored().encode());
      refreshes.put(
          refresh, entry, entry.record.length + OBJECTS_BYTES, SourceRates.source(from), nowNanos);
    }
  }

  /** Makes an announcement again whose refresh is the hash of {@code revealed}. */
  private Answer refresh(Key revealed, Ipv4Address from, long nowNanos) {
    Key known = Key.of(Blake2b.hash(revealed.bytes()));
    @Nullable Refreshable entry = refreshes.get(known, nowNanos);
    if (entry == null) {
      return Answer.NONE;
    }
    add(entry, from, nowNanos);
    refreshes.remove(known);
    refreshes.put(
        revealed, entry, entry.record.length + OBJECTS_BYTES, SourceRates.source(from), nowNanos);
    return Answer.DONE;
  }

  int topicRecordCount() {
    return topics.size();
  }

  int forwardCount() {
    return forwards.size();
  }

  long bytes() {
    return topics.bytes() + forwards.bytes() + refreshes.bytes();
  }
}
