package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;

/**
 * Tells which blocks of a log the sender now has, or has dropped.
 *
 * <pre>
 * field   encoding  present      meaning
 * flags   uint      always       1 drop, 2 length is 1 and left out
 * start   uint      always       first block
 * length  uint      bit 1 is 0   number of blocks
 * </pre>
 */
public record Range(boolean drop, long start, long length) implements Message {
  static final int TYPE = 8;

  private static final int DROP = 1 << 0;
  private static final int SINGLE = 1 << 1;

  static Range decode(WireReader in) {
    long flags = in.uint();
    long start = in.uint();
    long length = (flags & SINGLE) != 0 ? 1 : in.uint();
    return new Range((flags & DROP) != 0, start, length);
  }

  @Override
  public void encode(WireWriter out) {
    out.uint((drop ? DROP : 0) | (length == 1 ? SINGLE : 0)).uint(start);
    if (length != 1) {
      out.uint(length);
    }
  }

  @Override
  public int type() {
    return TYPE;
  }
}
