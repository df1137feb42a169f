package dev.usernameregistry.net.announce;

import dev.usernameregistry.net.dht.SourceRates;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What strangers asked us to keep. Every entry lives for one fixed time after it was written, all
 * of them together are bounded, and when there is no room, the oldest entry of the host that holds
 * the most gives way.
 *
 * <p>So a host that floods the cache pushes out its own entries: to touch those of others, it must
 * first hold less than they do. A cache that only one host uses is one where the oldest goes first.
 * Hosts are trusted to be what they say, because entries come with a token that proves it.
 */
final class FairCache<K, V> {
  /**
   * Bytes that an entry is charged for besides its own: the key, and objects and places in our
   * maps. Measured, for the worst case that each entry is of another host.
   */
  static final int ENTRY_OVERHEAD_BYTES = 480;

  /**
   * How much there may be.
   *
   * @param bytes of all entries with their overhead
   */
  record Bounds(int entries, long bytes, long lifetimeNanos) {}

  private static final class Entry<K, V> {
    final K key;
    final V value;
    final Host<K, V> host;
    final int bytes;
    final long writtenNanos;

    /** Counts writes, so that of two entries the older one has the smaller number. */
    final long number;

    Entry(K key, V value, Host<K, V> host, int bytes, long writtenNanos, long number) {
      this.key = key;
      this.value = value;
      this.host = host;
      this.bytes = bytes;
      this.writtenNanos = writtenNanos;
      this.number = number;
    }
  }

  /** The entries of one host. Invariant: in {@code heaviest} exactly while it has entries. */
  private static final class Host<K, V> {
    final long source;
    final LinkedHashSet<Entry<K, V>> entries = new LinkedHashSet<>(1);
    long bytes;

    Host(long source) {
      this.source = source;
    }

    Entry<K, V> oldest() {
      return entries.iterator().next();
    }
  }

  private final Bounds bounds;
  private final Consumer<V> removed;

  /** Oldest write first. */
  private final LinkedHashMap<K, Entry<K, V>> entries = new LinkedHashMap<>();

  private final Map<Long, Host<K, V>> hosts = new HashMap<>();

  /** The host that gives way first comes first; of two equal ones, that with the older entry. */
  private final TreeSet<Host<K, V>> heaviest =
      new TreeSet<>(
          Comparator.<Host<K, V>>comparingLong(host -> -host.bytes)
              .thenComparingLong(host -> host.oldest().number));

  private long bytes;
  private long writes;

  FairCache(Bounds bounds) {
    this(bounds, value -> {});
  }

  /**
   * @param removed told of every value that is no longer here, also of one that was replaced
   */
  FairCache(Bounds bounds, Consumer<V> removed) {
    this.bounds = bounds;
    this.removed = removed;
  }

  /** Returns how many entries there are, some of which may have expired. */
  int size() {
    return entries.size();
  }

  /** Returns what the entries are charged for. */
  long bytes() {
    return bytes;
  }

  /**
   * Writes an entry for one {@linkplain SourceRates#source source}, whoever wrote it before, and
   * makes room for it.
   */
  void put(K key, V value, int valueBytes, long source, long nowNanos) {
    expire(nowNanos);
    remove(key);
    Host<K, V> owner = hosts.computeIfAbsent(source, Host::new);
    int charged = valueBytes + ENTRY_OVERHEAD_BYTES;
    Entry<K, V> entry = new Entry<>(key, value, owner, charged, nowNanos, writes++);
    entries.put(key, entry);
    if (!owner.entries.isEmpty()) {
      heaviest.remove(owner); // before what it is sorted by changes
    }
    owner.entries.add(entry);
    owner.bytes += charged;
    heaviest.add(owner);
    bytes += charged;
    while (entries.size() > bounds.entries || bytes > bounds.bytes) {
      remove(heaviest.first().oldest());
    }
  }

  @Nullable V get(K key, long nowNanos) {
    expire(nowNanos);
    Entry<K, V> entry = entries.get(key);
    return entry == null ? null : entry.value;
  }

  /** Returns what was there, or null. */
  @Nullable V remove(K key) {
    Entry<K, V> entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    remove(entry);
    return entry.value;
  }

  /** Removes what has lived its time. */
  void expire(long nowNanos) {
    while (!entries.isEmpty()) {
      Entry<K, V> oldest = entries.values().iterator().next();
      if (nowNanos - oldest.writtenNanos < bounds.lifetimeNanos) {
        return;
      }
      remove(oldest);
    }
  }

  private void remove(Entry<K, V> entry) {
    Host<K, V> owner = entry.host;
    entries.remove(entry.key);
    heaviest.remove(owner);
    owner.entries.remove(entry);
    owner.bytes -= entry.bytes;
    bytes -= entry.bytes;
    if (owner.entries.isEmpty()) {
      hosts.remove(owner.source);
    } else {
      heaviest.add(owner);
    }
    removed.accept(entry.value);
  }
}
