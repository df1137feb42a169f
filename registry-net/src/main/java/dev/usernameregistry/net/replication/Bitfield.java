package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import java.util.Arrays;

/**
 * Tells which blocks of a part of the log the sender has, and which it has not.
 *
 * <pre>
 * field  encoding      meaning
 * start  uint          first block, a multiple of 32
 * words  uint32 array  bit j of word w is block start + 32 w + j
 * </pre>
 *
 * @param words not copied, so nobody may change them
 */
public record Bitfield(long start, int[] words) implements Message {
  static final int TYPE = 7;

  /** Words in the longest bitfield that is sent: all that one want can ask for. */
  static final int WORDS_MAX = (int) (Want.BLOCKS / Integer.SIZE);

  static Bitfield decode(WireReader in) {
    return new Bitfield(in.uint(), in.uint32Array(WireReader.ARRAY_ELEMENTS_MAX));
  }

  @Override
  public void encode(WireWriter out) {
    out.uint(start).uint32Array(words);
  }

  @Override
  public int type() {
    return TYPE;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bitfield bitfield
        && start == bitfield.start
        && Arrays.equals(words, bitfield.words);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(start) + Arrays.hashCode(words);
  }
}
