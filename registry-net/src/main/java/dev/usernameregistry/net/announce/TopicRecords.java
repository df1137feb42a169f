package dev.usernameregistry.net.announce;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.SourceRates;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Records of peers under the topics that they announced. One peer has one record under a topic.
 *
 * <p>Bounded in all (see {@link FairCache}) and for each topic. A sample takes one record of every
 * host before it takes a second of any, so that a host that announces a thousand keys does not hide
 * the others.
 */
final class TopicRecords {
  /** Records under one topic; where there are more, the host with the most gives way. */
  static final int RECORDS_PER_TOPIC_MAX = 4096;

  /** Bytes that a record is charged for besides: as measured, if nothing else is in its topic. */
  static final int RECORD_OVERHEAD_BYTES = 620;

  /**
   * Ordered, because strangers choose both: a hash map takes quadratic time for those of one hash,
   * unless it can compare them.
   */
  private record Name(Key topic, Key publicKey) implements Comparable<Name> {
    @Override
    public int compareTo(Name other) {
      int byTopic = topic.compareTo(other.topic);
      return byTopic != 0 ? byTopic : publicKey.compareTo(other.publicKey);
    }
  }

  /** One record, and where it stands in the list of its host. */
  private static final class Stored {
    final Name name;
    final byte[] record;
    final long source;
    final long number;
    int index;

    Stored(Name name, byte[] record, long source, long number) {
      this.name = name;
      this.record = record;
      this.source = source;
      this.number = number;
    }
  }

  /** The records of one host under one topic, in no order. Invariant: not empty. */
  private static final class HostRecords {
    final List<Stored> records = new ArrayList<>(1);
    int index;
  }

  private static final class Topic {
    final Map<Long, HostRecords> byHost = new HashMap<>(2);
    final List<HostRecords> hosts = new ArrayList<>(1);
    int size;
    long bump;
  }

  private final FairCache<Name, Stored> records;
  private final Map<Key, Topic> topics = new HashMap<>();
  private final RandomGenerator random;
  private long writes;

  TopicRecords(FairCache.Bounds bounds, RandomGenerator random) {
    this.records = new FairCache<>(bounds, this::removed);
    this.random = random;
  }

  int size() {
    return records.size();
  }

  long bytes() {
    return records.bytes();
  }

  /**
   * Adds or replaces the record of a peer, which a {@linkplain SourceRates#source source} brought.
   */
  void put(Key topic, Key publicKey, byte[] record, long source, long nowNanos) {
    Stored stored = new Stored(new Name(topic, publicKey), record, source, writes++);
    records.expire(nowNanos);
    long bump = bump(topic); // would go with the record that is replaced, if it is the only one
    records.remove(stored.name);
    add(topics.computeIfAbsent(topic, t -> new Topic()), stored);
    bump(topic, bump);
    records.put(stored.name, stored, record.length + RECORD_OVERHEAD_BYTES, source, nowNanos);
    Topic full = topics.get(topic);
    if (full != null && full.size > RECORDS_PER_TOPIC_MAX) {
      records.remove(oldestOfHeaviestHost(full).name);
    }
  }

  void remove(Key topic, Key publicKey) {
    records.remove(new Name(topic, publicKey));
  }

  /** Remembers the largest bump of a topic that somebody is recorded under. */
  void bump(Key topic, long bump) {
    Topic known = topics.get(topic);
    if (known != null) {
      known.bump = Math.max(known.bump, bump);
    }
  }

  long bump(Key topic) {
    Topic known = topics.get(topic);
    return known == null ? 0 : known.bump;
  }

  /** Returns at most {@code max} different records of a topic, chosen by chance. */
  List<byte[]> sample(Key topic, int max, long nowNanos) {
    records.expire(nowNanos);
    Topic known = topics.get(topic);
    return known == null ? new ArrayList<>() : sample(known, max);
  }

  private List<byte[]> sample(Topic topic, int max) {
    List<byte[]> sample = new ArrayList<>(Math.min(max, topic.size));
    int hostCount = Math.min(max, topic.hosts.size());
    for (int i = 0; i < hostCount; i++) {
      swapHosts(topic.hosts, i, random.nextInt(i, topic.hosts.size()));
    }
    for (int round = 0; sample.size() < Math.min(max, topic.size); round++) {
      for (int i = 0; i < hostCount && sample.size() < max; i++) {
        List<Stored> ofHost = topic.hosts.get(i).records;
        if (round < ofHost.size()) {
          swapRecords(ofHost, round, random.nextInt(round, ofHost.size()));
          sample.add(ofHost.get(round).record);
        }
      }
    }
    return sample;
  }

  private static void add(Topic topic, Stored stored) {
    HostRecords ofHost = topic.byHost.get(stored.source);
    if (ofHost == null) {
      ofHost = new HostRecords();
      ofHost.index = topic.hosts.size();
      topic.hosts.add(ofHost);
      topic.byHost.put(stored.source, ofHost);
    }
    stored.index = ofHost.records.size();
    ofHost.records.add(stored);
    topic.size++;
  }

  private void removed(Stored stored) {
    Topic topic = topicOf(stored);
    HostRecords ofHost = topic.byHost.get(stored.source);
    if (ofHost == null) {
      throw new AssertionError("a record of " + stored.source + " without its host");
    }
    swapRecords(ofHost.records, stored.index, ofHost.records.size() - 1);
    ofHost.records.remove(ofHost.records.size() - 1);
    topic.size--;
    if (!ofHost.records.isEmpty()) {
      return;
    }
    swapHosts(topic.hosts, ofHost.index, topic.hosts.size() - 1);
    topic.hosts.remove(topic.hosts.size() - 1);
    topic.byHost.remove(stored.source);
    if (topic.hosts.isEmpty()) {
      topics.remove(stored.name.topic);
    }
  }

  private Topic topicOf(Stored stored) {
    @Nullable Topic topic = topics.get(stored.name.topic);
    if (topic == null) {
      throw new AssertionError("a record without its topic");
    }
    return topic;
  }

  private static Stored oldestOfHeaviestHost(Topic topic) {
    HostRecords heaviest = topic.hosts.get(0);
    for (HostRecords host : topic.hosts) {
      if (host.records.size() > heaviest.records.size()) {
        heaviest = host;
      }
    }
    Stored oldest = heaviest.records.get(0);
    for (Stored record : heaviest.records) {
      if (record.number < oldest.number) {
        oldest = record;
      }
    }
    return oldest;
  }

  private static void swapHosts(List<HostRecords> hosts, int a, int b) {
    Collections.swap(hosts, a, b);
    hosts.get(a).index = a;
    hosts.get(b).index = b;
  }

  private static void swapRecords(List<Stored> records, int a, int b) {
    Collections.swap(records, a, b);
    records.get(a).index = a;
    records.get(b).index = b;
  }
}
