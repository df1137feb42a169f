package dev.usernameregistry.net.udx;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The streams that want to be woken, soonest first: a binary heap that each stream knows its place
 * in. A deadline that moves back stays where it is until it passes, so that moving it costs nothing
 * for each packet.
 */
final class Wakeups {
  private @Nullable UdxStream[] heap = new UdxStream[8];
  private int count;

  /** Returns when the first stream is to be woken, or {@code Long.MAX_VALUE}. */
  long nextNanos() {
    UdxStream first = heap[0];
    return first == null ? Long.MAX_VALUE : first.wakeNanos;
  }

  /** Takes out the first stream if its time has come; else null. */
  @Nullable UdxStream takeDue(long nowNanos) {
    UdxStream first = heap[0];
    if (first == null || first.wakeNanos - nowNanos > 0) {
      return null;
    }
    remove(first);
    return first;
  }

  /** Sees to it that a stream is woken at {@code atNanos} or before; never at the greatest long. */
  void wakeBy(UdxStream stream, long atNanos) {
    if (atNanos == Long.MAX_VALUE) {
      return;
    }
    if (stream.wakeIndex < 0) {
      if (count == heap.length) {
        heap = Arrays.copyOf(heap, 2 * count);
      }
      stream.wakeNanos = atNanos;
      siftUp(stream, count++);
    } else if (atNanos - stream.wakeNanos < 0) {
      stream.wakeNanos = atNanos;
      siftUp(stream, stream.wakeIndex);
    }
  }

  /** Takes a stream out, if it is in. */
  void remove(UdxStream stream) {
    int hole = stream.wakeIndex;
    if (hole < 0) {
      return;
    }
    stream.wakeIndex = -1;
    UdxStream last = heap[--count];
    heap[count] = null;
    if (last != null && last != stream) {
      siftDown(last, hole);
      siftUp(last, last.wakeIndex);
    }
  }

  private void siftUp(UdxStream stream, int from) {
    int at = from;
    while (at > 0) {
      UdxStream parent = heap[(at - 1) / 2];
      if (parent == null || parent.wakeNanos - stream.wakeNanos <= 0) {
        break;
      }
      put(parent, at);
      at = (at - 1) / 2;
    }
    put(stream, at);
  }

  private void siftDown(UdxStream stream, int from) {
    int at = from;
    for (int child; (child = 2 * at + 1) < count; ) {
      UdxStream sooner = heap[child];
      UdxStream other = child + 1 < count ? heap[child + 1] : null;
      if (sooner != null && other != null && other.wakeNanos - sooner.wakeNanos < 0) {
        child++;
        sooner = other;
      }
      if (sooner == null || stream.wakeNanos - sooner.wakeNanos <= 0) {
        break;
      }
      put(sooner, at);
      at = child;
    }
    put(stream, at);
  }

  private void put(UdxStream stream, int at) {
    heap[at] = stream;
    stream.wakeIndex = at;
  }
}
