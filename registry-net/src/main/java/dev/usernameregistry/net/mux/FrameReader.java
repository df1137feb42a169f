package dev.usernameregistry.net.mux;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Takes one frame apart, one item at a time, so that a frame full of tiny items costs no more
 * memory than the frame. The layout is that of {@link Item}.
 */
final class FrameReader {
  /** Batches within batches that are followed; no known sender makes any. */
  private static final int DEPTH_MAX = 8;

  private final Deque<Batch> batches = new ArrayDeque<>(1);
  private @Nullable WireReader start;

  FrameReader(WireReader frame) {
    start = frame;
  }

  /**
   * Returns the next item, or null behind the last. Controls of unknown types are left out; an
   * empty frame has no item.
   *
   * @throws MalformedMessageException if the frame ends within an item or an integer is too large;
   *     nothing more can be read from this frame then
   */
  @Nullable Item next() {
    Item item = null;
    if (start != null) {
      WireReader frame = start;
      start = null;
      item = frame.hasRemaining() ? read(frame.uint(), frame) : null;
    }
    while (item == null && !batches.isEmpty()) {
      item = batches.element().in.hasRemaining() ? nextInBatch(batches.element()) : endBatch();
    }
    return item;
  }

  private @Nullable Item nextInBatch(Batch batch) {
    long length = batch.in.uint();
    if (length == 0) {
      batch.channel = batch.in.uint();
      return null;
    }
    // a length past the end means "up to the end", as in the reference
    int byteCount = (int) Math.min(length, batch.in.remaining());
    return read(batch.channel, batch.in.part(byteCount));
  }

  private @Nullable Item endBatch() {
    batches.remove();
    return null;
  }

  private @Nullable Item read(long channel, WireReader in) {
    long type = in.uint();
    if (channel != 0 || type != 0) {
      return Item.decode(channel, type, in);
    }
    if (batches.size() == DEPTH_MAX) {
      throw new MalformedMessageException("more than " + DEPTH_MAX + " batches in one another");
    }
    batches.push(new Batch(in.uint(), in));
    return null;
  }

  /** Where reading stands in one batch. */
  private static final class Batch {
    private final WireReader in;
    private long channel;

    Batch(long channel, WireReader in) {
      this.channel = channel;
      this.in = in;
    }
  }
}
