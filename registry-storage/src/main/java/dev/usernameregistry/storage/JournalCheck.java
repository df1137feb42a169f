package dev.usernameregistry.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Checks the frames of a RocksDB journal, that is a write-ahead log or a manifest, before RocksDB
 * reads it. RocksDB checks the checksums too, but believes a type or a length that it should not: a
 * damaged type makes it loop for ever or see an empty journal, and a damaged length in the last 32
 * KiB looks to it like the torn end that a crash leaves, so that it drops what follows.
 *
 * <p>A journal is a sequence of blocks of 32 KiB, only the last of which may be shorter. A block
 * holds fragments of records; fewer than 7 bytes at its end are filled with zeros. A fragment is:
 *
 * <pre>
 * offset  size  field
 *      0     4  checksum: masked CRC-32C of type and payload, little-endian
 *      4     2  length of the payload, bytes, little-endian
 *      6     1  type: 1 whole record, 2 first, 3 middle, 4 last fragment of a record
 *      7        payload
 * </pre>
 *
 * <p>A torn end is a fragment that the end of the file cuts off, or zeros up to there; it is
 * accepted unless its checksum shows that the fragment is whole and its length is wrong.
 *
 * <p>A write-ahead log may also have holes, where a power failure took pages and left later ones:
 * zeros from or up to the edge of a sector. A fragment with one is accepted, as nothing that was
 * synced is behind it, and {@link Replay} believes nothing behind it. Other damage hardly leaves
 * that, but for a disk that shows zeros for what it had.
 */
final class JournalCheck {
  private static final int BLOCK_BYTES = 32 << 10;
  private static final int HEADER_BYTES = 4 + 2 + 1;
  private static final int TYPE_OFFSET = 6;
  private static final int TYPE_MAX = 4;
  private static final int CHECKSUM_MASK = 0xa282ead8;

  private static final int SECTOR_BYTES = 512;

  /**
   * So many zeros at the edge of a sector are a hole, and fewer if the fragment or the file is cut
   * off there; what is stored hardly has them there.
   */
  private static final int HOLE_BYTES_MIN = 64;

  private JournalCheck() {}

  /** Checks a manifest; one that has just been removed is not there to be damaged. */
  static void checkManifest(Path folder, String name) throws IOException {
    check(folder, name, false);
  }

  /**
   * Checks a write-ahead log; one that has just been removed is not there to be damaged.
   *
   * @return whether it has a hole
   */
  static boolean checkLog(Path folder, String name) throws IOException {
    return check(folder, name, true);
  }

  /** Returns whether the file has a hole, if it may have any. */
  private static boolean check(Path folder, String name, boolean mayHaveHoles) throws IOException {
    boolean hasHole = false;
    try (InputStream in = Files.newInputStream(folder.resolve(name))) {
      byte[] next = in.readNBytes(BLOCK_BYTES);
      for (long offset = 0; next.length > 0; offset += BLOCK_BYTES) {
        ByteBuffer block = ByteBuffer.wrap(next).order(ByteOrder.LITTLE_ENDIAN);
        // a short block ends the file, even if whoever has the storage open writes on meanwhile
        next = block.limit() < BLOCK_BYTES ? new byte[0] : in.readNBytes(BLOCK_BYTES);
        if (isWhole(block, next.length == 0)) {
          continue;
        }
        hasHole = mayHaveHoles && isHole(block);
        if (!hasHole) {
          String where = name + " at byte " + (offset + block.position());
          throw Failures.damaged(folder, "bad record in its file " + where, null);
        }
      }
    } catch (NoSuchFileException e) {
      return hasHole;
    }
    return hasHole;
  }

  /** Walks over the fragments of a block; stops at the first bad one. */
  private static boolean isWhole(ByteBuffer block, boolean last) {
    while (block.remaining() >= HEADER_BYTES) {
      int end = block.position() + HEADER_BYTES + length(block);
      if (end > block.limit() || isZero(block)) {
        return last && isTorn(block);
      }
      if (!hasType(block) || checksum(block, end) != storedChecksum(block)) {
        return false;
      }
      block.position(end);
    }
    return last || isZero(block);
  }

  /** Returns whether no length makes the rest of the block begin with a whole fragment. */
  private static boolean isTorn(ByteBuffer block) {
    if (isZero(block)) {
      return true;
    }
    CRC32C crc = new CRC32C();
    crc.update(block.get(block.position() + TYPE_OFFSET));
    for (int at = block.position() + HEADER_BYTES; at < block.limit(); at++) {
      crc.update(block.get(at));
      if (masked(crc) == storedChecksum(block)) {
        return false;
      }
    }
    return hasType(block);
  }

  /** Returns whether a power failure may have taken a part of the bad fragment. */
  private static boolean isHole(ByteBuffer block) {
    int start = block.position();
    int left = block.remaining();
    if (left < HEADER_BYTES || isZero(block, start, start + HEADER_BYTES)) {
      int edge = (start / SECTOR_BYTES + 1) * SECTOR_BYTES;
      return isZero(block, start, Math.min(edge, block.limit()));
    }
    if (type(block) > TYPE_MAX) {
      return false; // RocksDB would do what it should not
    }
    int end = start + Math.min(left, HEADER_BYTES + length(block));
    for (int edge = -(-start / SECTOR_BYTES) * SECTOR_BYTES; edge <= end; edge += SECTOR_BYTES) {
      int before = Math.max(start, edge - HOLE_BYTES_MIN);
      int after = Math.min(edge + HOLE_BYTES_MIN, block.limit());
      boolean upToEdge = before < edge && isZero(block, before, edge);
      boolean fromEdge = edge < end && isZero(block, edge, after);
      if (upToEdge || fromEdge) {
        return true;
      }
    }
    return false;
  }

  private static boolean isZero(ByteBuffer block) {
    return isZero(block, block.position(), block.limit());
  }

  private static boolean isZero(ByteBuffer block, int from, int to) {
    for (int at = from; at < to; at++) {
      if (block.get(at) != 0) {
        return false;
      }
    }
    return true;
  }

  private static int length(ByteBuffer block) {
    return block.getShort(block.position() + 4) & 0xffff;
  }

  private static boolean hasType(ByteBuffer block) {
    return type(block) >= 1 && type(block) <= TYPE_MAX;
  }

  private static int type(ByteBuffer block) {
    return block.get(block.position() + TYPE_OFFSET) & 0xff;
  }

  private static int storedChecksum(ByteBuffer block) {
    return block.getInt(block.position());
  }

  private static int checksum(ByteBuffer block, int end) {
    CRC32C crc = new CRC32C();
    int from = block.position() + TYPE_OFFSET;
    crc.update(block.slice(from, end - from));
    return masked(crc);
  }

  private static int masked(CRC32C crc) {
    return Integer.rotateRight((int) crc.getValue(), 15) + CHECKSUM_MASK;
  }
}
