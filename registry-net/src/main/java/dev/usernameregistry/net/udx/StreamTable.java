package dev.usernameregistry.net.udx;

import org.jspecify.annotations.Nullable;

/** The live streams by local id: a hash table through the streams themselves, without boxing. */
final class StreamTable {
  private @Nullable UdxStream[] buckets = new UdxStream[16];
  private int count;

  int count() {
    return count;
  }

  @Nullable UdxStream get(int id) {
    UdxStream stream = buckets[bucket(id)];
    while (stream != null && stream.localId() != id) {
      stream = stream.nextInBucket;
    }
    return stream;
  }

  /** Puts in a stream; its id is not in the table. */
  void add(UdxStream stream) {
    if (count == buckets.length) {
      widen();
    }
    count++;
    link(stream);
  }

  /** Takes out a stream that is in the table. */
  void remove(UdxStream stream) {
    int bucket = bucket(stream.localId());
    UdxStream before = null;
    for (UdxStream at = buckets[bucket]; at != stream && at != null; at = at.nextInBucket) {
      before = at;
    }
    if (before == null) {
      buckets[bucket] = stream.nextInBucket;
    } else {
      before.nextInBucket = stream.nextInBucket;
    }
    stream.nextInBucket = null;
    count--;
  }

  private void link(UdxStream stream) {
    int bucket = bucket(stream.localId());
    stream.nextInBucket = buckets[bucket];
    buckets[bucket] = stream;
  }

  private void widen() {
    @Nullable UdxStream[] old = buckets;
    buckets = new UdxStream[2 * old.length];
    for (UdxStream first : old) {
      for (UdxStream stream = first; stream != null; ) {
        UdxStream following = stream.nextInBucket;
        link(stream);
        stream = following;
      }
    }
  }

  /** Ids are random or count up; either way the low bits spread well enough. */
  private int bucket(int id) {
    return (id ^ id >>> 16) & (buckets.length - 1);
  }
}
