package dev.usernameregistry.net.udx;

import org.jspecify.annotations.Nullable;

/**
 * The packets from the oldest unacknowledged number to the last one sent, by number, and the queues
 * of those in flight (in the order of sending) and of those lost (in the order of sending again).
 */
final class SentPackets {
  /** Numbers that may be unacknowledged at once; a peer need not take in more. */
  static final int COUNT_MAX = Reassembly.AHEAD_MAX;

  private static final int SLOTS_MIN = 16;

  private final Queue inFlight = new Queue();
  private final Queue lost = new Queue();

  /** Packet of each number at the number modulo the length, which is a power of two. */
  private SentPacket[] slots = new SentPacket[0];

  /** The oldest number that is not acknowledged. */
  private int una;

  /** The next number to use. Invariant: 0 <= next - una <= COUNT_MAX. */
  private int next;

  SentPackets(int initialSeq) {
    una = initialSeq;
    next = initialSeq;
  }

  int una() {
    return una;
  }

  int next() {
    return next;
  }

  boolean isEmpty() {
    return una == next;
  }

  boolean isFull() {
    return next - una >= COUNT_MAX;
  }

  int inFlightCount() {
    return inFlight.count;
  }

  @Nullable SentPacket firstInFlight() {
    return inFlight.first;
  }

  @Nullable SentPacket lastInFlight() {
    return inFlight.last;
  }

  @Nullable SentPacket firstLost() {
    return lost.first;
  }

  /** Returns the packet of a number that is neither acknowledged nor unused. */
  SentPacket get(int seq) {
    return slots[seq & (slots.length - 1)];
  }

  /** Returns the packet of the next number, in no queue yet. */
  SentPacket append() {
    if (next - una >= slots.length) {
      widen();
    }
    SentPacket packet = get(next);
    packet.seq = next++;
    packet.transmissions = 0;
    packet.timeouts = 0;
    packet.probe = false;
    return packet;
  }

  /** Moves a packet that is sent now to the end of those in flight. */
  void toInFlight(SentPacket packet) {
    move(packet, SentPacket.Place.IN_FLIGHT);
    inFlight.add(packet);
  }

  /** Moves a packet to the end of those to be sent again. */
  void toLost(SentPacket packet) {
    move(packet, SentPacket.Place.LOST);
    lost.add(packet);
  }

  void toSacked(SentPacket packet) {
    move(packet, SentPacket.Place.SACKED);
  }

  /** Frees the oldest packet. */
  void removeFirst() {
    move(get(una), SentPacket.Place.FREE);
    una++;
  }

  private void move(SentPacket packet, SentPacket.Place place) {
    if (packet.place == SentPacket.Place.IN_FLIGHT) {
      inFlight.remove(packet);
    } else if (packet.place == SentPacket.Place.LOST) {
      lost.remove(packet);
    }
    packet.place = place;
  }

  private void widen() {
    SentPacket[] wider = new SentPacket[Math.max(SLOTS_MIN, 2 * slots.length)];
    for (int seq = una; seq != next; seq++) {
      wider[seq & (wider.length - 1)] = get(seq);
    }
    for (int i = 0; i < wider.length; i++) {
      if (wider[i] == null) {
        wider[i] = new SentPacket();
      }
    }
    slots = wider;
  }

  /** A queue through the packets themselves, so that one leaves from the middle at no cost. */
  private static final class Queue {
    private @Nullable SentPacket first;
    private @Nullable SentPacket last;
    private int count;

    private void add(SentPacket packet) {
      packet.previous = last;
      packet.following = null;
      if (last == null) {
        first = packet;
      } else {
        last.following = packet;
      }
      last = packet;
      count++;
    }

    private void remove(SentPacket packet) {
      SentPacket previous = packet.previous;
      SentPacket following = packet.following;
      if (previous == null) {
        first = following;
      } else {
        previous.following = following;
      }
      if (following == null) {
        last = previous;
      } else {
        following.previous = previous;
      }
      count--;
    }
  }
}
