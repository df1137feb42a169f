package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.QuerySpec;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the DHT for peers and values, and announces and stores our own. Listeners are never called
 * before the method that takes them has returned. Not thread-safe; one event loop owns it.
 *
 * <p>Where nodes to start from are asked for, those that an earlier lookup of the same target found
 * closest save a way through the DHT; an empty list starts from the routing table.
 */
public final class Announcements {
  /** Bytes of the longest value that can be put: what surely fits into one datagram. */
  public static final int VALUE_BYTES_MAX = 960;

  private final DhtNode node;
  private final Records records;

  /** Announcements that may still arrive somewhere. */
  private final Set<PeerLookup> announcing = new LinkedHashSet<>();

  /**
   * @param records what {@code node} itself keeps for others
   */
  public Announcements(DhtNode node, Records records) {
    this.node = node;
    this.records = records;
  }

  /** Asks for the peers that announced a topic. */
  public Lookup lookup(
      Key topic, List<Ipv4Address> startNodes, LookupListener listener, long nowNanos) {
    return start(new PeerLookup(node, topic, null, null, listener), startNodes, nowNanos);
  }

  /** Announces a peer at the nodes closest to its topic; tells of other peers on the way. */
  public Lookup announce(
      Announcement announcement,
      List<Ipv4Address> startNodes,
      LookupListener listener,
      long nowNanos) {
    KeyPair withdrawn = announcement.clear() ? announcement.keyPair() : null;
    if (withdrawn != null) {
      records.unannounce(announcement.topic(), withdrawn.publicKey());
    }
    PeerLookup lookup =
        new PeerLookup(node, announcement.topic(), withdrawn, announcement, listener);
    announcing.add(lookup);
    lookup.whenOver(now -> announcing.remove(lookup), nowNanos);
    return start(lookup, startNodes, nowNanos);
  }

  /**
   * Takes the announcements of a key away wherever a lookup finds them, after those that are still
   * on their way have arrived.
   */
  public Lookup unannounce(
      Key topic,
      KeyPair keyPair,
      List<Ipv4Address> startNodes,
      LookupListener listener,
      long nowNanos) {
    records.unannounce(topic, keyPair.publicKey());
    PeerLookup lookup = new PeerLookup(node, topic, keyPair, null, listener);
    whenAnnounced(topic, keyPair.publicKey(), now -> lookup.start(startNodes, now), nowNanos);
    return lookup;
  }

  /** Has {@code then} called once no announcement of a key under a topic is under way. */
  private void whenAnnounced(Key topic, Key publicKey, LongConsumer then, long nowNanos) {
    for (PeerLookup each : announcing) {
      if (each.announces(topic, publicKey)) {
        each.whenOver(now -> whenAnnounced(topic, publicKey, then, now), nowNanos);
        return;
      }
    }
    then.accept(nowNanos);
  }

  private static Lookup start(PeerLookup lookup, List<Ipv4Address> startNodes, long nowNanos) {
    lookup.start(startNodes, nowNanos);
    return lookup;
  }

  /**
   * Asks for the nodes that forward handshakes to the peer with this key. The listener is told of
   * each.
   */
  public Lookup findPeer(
      Key publicKey, List<Ipv4Address> startNodes, LookupListener listener, long nowNanos) {
    KeyLookup lookup = new KeyLookup(node, publicKey, listener);
    lookup.start(startNodes, nowNanos);
    return lookup;
  }

  /**
   * Stores {@code value}, signed, under the key of {@code keyPair}.
   *
   * @param seq higher than that of the value to be replaced; 0 to 2⁵³ − 1
   * @throws IllegalArgumentException if the value is empty or longer than {@link #VALUE_BYTES_MAX},
   *     or the number is out of range
   */
  public Lookup mutablePut(
      KeyPair keyPair, long seq, byte[] value, PutListener listener, long nowNanos) {
    checkLength(value);
    MutableValue signed = MutableValue.sign(keyPair, seq, value.clone());
    byte[] request = new MutableValue.Put(keyPair.publicKey(), signed).encode();
    Key target = PeerRecord.target(keyPair.publicKey());
    ValuePut put = new ValuePut(node, Command.MUTABLE_PUT, target, request, listener);
    put.start(Command.MUTABLE_GET, uint(0), nowNanos);
    return put;
  }

  /**
   * Asks for the newest value that the holder of a key stored.
   *
   * @param seqMin the lowest number of interest
   * @throws IllegalArgumentException if the number is out of range
   */
  public Lookup mutableGet(
      Key publicKey, long seqMin, ValueListener<MutableValue> listener, long nowNanos) {
    ValueGet<MutableValue> get =
        new ValueGet<>(
            node, (value, best) -> newer(value, best, publicKey, seqMin), false, listener);
    Key target = PeerRecord.target(publicKey);
    get.start(QuerySpec.of(Command.MUTABLE_GET, target).value(uint(seqMin)), nowNanos);
    return get;
  }

  private static @Nullable MutableValue newer(
      byte[] bytes, @Nullable MutableValue best, Key publicKey, long seqMin) {
    MutableValue value = MutableValue.decode(new WireReader(bytes));
    boolean isNew = value.seq() >= seqMin && (best == null || value.seq() > best.seq());
    return isNew && value.isSignedBy(publicKey) ? value : null;
  }

  /**
   * Stores {@code value} under its own hash, {@link Blake2b#hash}.
   *
   * @throws IllegalArgumentException if it is empty or longer than {@link #VALUE_BYTES_MAX}
   */
  public Lookup immutablePut(byte[] value, PutListener listener, long nowNanos) {
    checkLength(value);
    Key target = Key.of(Blake2b.hash(value));
    ValuePut put = new ValuePut(node, Command.IMMUTABLE_PUT, target, value.clone(), listener);
    put.start(Command.IMMUTABLE_GET, null, nowNanos);
    return put;
  }

  /** Asks for the value with this hash. */
  public Lookup immutableGet(Key hash, ValueListener<byte[]> listener, long nowNanos) {
    ValueGet<byte[]> get =
        new ValueGet<>(
            node,
            (value, best) -> Arrays.equals(Blake2b.hash(value), hash.bytes()) ? value : null,
            true,
            listener);
    get.start(QuerySpec.of(Command.IMMUTABLE_GET, hash), nowNanos);
    return get;
  }

  private static byte[] uint(long value) {
    return new WireWriter().uint(value).toByteArray();
  }

  private static void checkLength(byte[] value) {
    if (value.length == 0 || value.length > VALUE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a value of " + value.length + " bytes, not between 1 and " + VALUE_BYTES_MAX);
    }
  }
}
