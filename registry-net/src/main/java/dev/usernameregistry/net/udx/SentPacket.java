package dev.usernameregistry.net.udx;

import dev.usernameregistry.net.udx.congestion.SentStamp;
import org.jspecify.annotations.Nullable;

/**
 * One packet with a number, from its first transmission until all up to it is acknowledged. Objects
 * are used again for later numbers.
 */
final class SentPacket extends SentStamp {
  /** Where a packet is. */
  enum Place {
    /** Sent, and neither acknowledged nor known to be lost. */
    IN_FLIGHT,
    /** Taken for lost; to be sent again. */
    LOST,
    /** The peer has it, but not all before it. */
    SACKED,
    /** Acknowledged with all before it, or not used. */
    FREE
  }

  Place place = Place.FREE;
  int seq;

  /** {@link Packet#DATA} or {@link Packet#END} or both. */
  int type;

  /** Offset of the payload in the stream. */
  long offset;

  /** Bytes of payload; never change while the number is in use. */
  int bytes;

  /** Where it went first and will go again, even if the stream has gone over to another way. */
  @Nullable Route route;

  int remoteId;

  /** How often it was sent. */
  int transmissions;

  /** How often it was the oldest packet when the retransmission timeout passed. */
  int timeouts;

  /** Whether the padding of this transmission tries a packet size. */
  boolean probe;

  /** Bytes of padding in the transmission under way. */
  int padding;

  /** Neighbours in the queue of its {@link #place}, in flight or lost. */
  @Nullable SentPacket previous;

  @Nullable SentPacket following;
}
