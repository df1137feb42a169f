package dev.usernameregistry.claims;

import java.nio.ByteBuffer;

/**
 * How far the index has followed one registry. Written together with the rows that it speaks of.
 *
 * <pre>
 * offset  size  field
 *      0     8  fork of the log
 *      8     8  length: blocks from the start that the index knows
 *     16     8  round: grows each time the registry is read anew from the start
 *     24     1  sweeping: 1 while rows of earlier rounds may still be there
 *     25     8  names that are claimed
 *     33     8  names that the policy refuses
 *     41     8  records that are no registration
 *     49        end
 * </pre>
 */
public record Progress(
    long fork,
    long length,
    long round,
    boolean sweeping,
    long names,
    long refusedNames,
    long unusableRecords) {
  static final Progress NONE = new Progress(0, 0, 0, false, 0, 0, 0);
  private static final int BYTES = 3 * 8 + 1 + 3 * 8;

  byte[] encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES);
    out.putLong(fork).putLong(length).putLong(round).put((byte) (sweeping ? 1 : 0));
    out.putLong(names).putLong(refusedNames).putLong(unusableRecords);
    return out.array();
  }

  static Progress decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new Progress(
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.get() != 0,
        in.getLong(),
        in.getLong(),
        in.getLong());
  }

  /** Returns this with another head that the index has followed the log to. */
  Progress at(long newFork, long newLength) {
    return new Progress(newFork, newLength, round, sweeping, names, refusedNames, unusableRecords);
  }

  /** Returns where reading anew begins; rows of this round stay until they are swept. */
  Progress anew(long newFork) {
    return new Progress(newFork, 0, round + 1, true, names, refusedNames, unusableRecords);
  }

  Progress swept() {
    return new Progress(fork, length, round, false, names, refusedNames, unusableRecords);
  }

  /** Returns this with one more row of a kind, or one less. */
  Progress counting(RowKind kind, int change) {
    return new Progress(
        fork,
        length,
        round,
        sweeping,
        names + (kind == RowKind.CLAIMED ? change : 0),
        refusedNames + (kind == RowKind.REFUSED ? change : 0),
        unusableRecords + (kind == RowKind.UNUSABLE ? change : 0));
  }
}
