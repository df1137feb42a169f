package dev.usernameregistry.net.mux;

import dev.usernameregistry.codec.WireWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts queued items into frames: one alone as it is, several as a batch. */
final class FrameWriter {
  /** A batch takes no further item once it has this many bytes. */
  static final int BATCH_BYTES = 64 * 1024;

  /** What an item costs in memory beside its bytes, about. */
  private static final int ITEM_BYTES = 64;

  private final Deque<Item.Sendable> queue = new ArrayDeque<>();

  /** Bytes that the queued items take, with what it costs to keep them. */
  private long queuedBytes;

  void add(Item.Sendable item) {
    queue.add(item);
    queuedBytes += cost(item);
  }

  long queuedBytes() {
    return queuedBytes;
  }

  /** Returns the next frame, or null if nothing is queued. */
  byte @Nullable [] next() {
    List<Item.Sendable> items = new ArrayList<>();
    int bytes = 0;
    while (!queue.isEmpty() && fits(queue.element(), bytes, items.isEmpty())) {
      Item.Sendable item = queue.remove();
      queuedBytes -= cost(item);
      bytes += item.bytes();
      items.add(item);
    }
    if (items.isEmpty()) {
      return null;
    }
    if (items.size() == 1) {
      return alone(items.get(0));
    }
    WireWriter out = new WireWriter(batchBytes(items));
    writeBatch(items, out);
    return out.toByteArray();
  }

  private static boolean fits(Item.Sendable item, int bytes, boolean first) {
    return first || bytes + item.bytes() <= BATCH_BYTES;
  }

  private static byte[] alone(Item.Sendable item) {
    WireWriter out = new WireWriter(WireWriter.uintBytes(item.channel()) + item.bytes());
    out.uint(item.channel());
    item.encode(out);
    return out.toByteArray();
  }

  /** Returns how many bytes {@link #writeBatch} writes. */
  static int batchBytes(List<Item.Sendable> items) {
    long channel = items.get(0).channel();
    int bytes = 2 + WireWriter.uintBytes(channel);
    for (Item.Sendable item : items) {
      if (item.channel() != channel) {
        channel = item.channel();
        bytes += 1 + WireWriter.uintBytes(channel);
      }
      bytes += WireWriter.uintBytes(item.bytes()) + item.bytes();
    }
    return bytes;
  }

  static void writeBatch(List<Item.Sendable> items, WireWriter out) {
    long channel = items.get(0).channel();
    out.uint(0).uint(0).uint(channel);
    for (Item.Sendable item : items) {
      if (item.channel() != channel) {
        channel = item.channel();
        out.uint(0).uint(channel);
      }
      out.uint(item.bytes());
      item.encode(out);
    }
  }

  private static int cost(Item.Sendable item) {
    return item.bytes() + ITEM_BYTES;
  }
}
