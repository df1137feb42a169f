package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;

/**
 * Asks which blocks of a part of the log the receiver has, now and later; or takes that back, which
 * is a type of its own with the same fields.
 *
 * <pre>
 * field   encoding  present               meaning
 * start   uint      always                first block
 * length  uint      always                number of blocks
 * flags   uint      not if it would be 0  bit 0: any one block will do
 * </pre>
 *
 * @param wanted false in an unwant
 */
public record Want(boolean wanted, long start, long length, boolean any) implements Message {
  static final int TYPE = 5;
  static final int UNWANT_TYPE = 6;

  /** Blocks in one want of the reference, which answers no longer ones and no other starts. */
  static final long BLOCKS = 2_097_152;

  private static final int ANY = 1 << 0;

  static Want decode(boolean wanted, WireReader in) {
    long start = in.uint();
    long length = in.uint();
    long flags = in.hasRemaining() ? in.uint() : 0;
    return new Want(wanted, start, length, (flags & ANY) != 0);
  }

  @Override
  public void encode(WireWriter out) {
    out.uint(start).uint(length);
    if (any) {
      out.uint(ANY);
    }
  }

  @Override
  public int type() {
    return wanted ? TYPE : UNWANT_TYPE;
  }
}
