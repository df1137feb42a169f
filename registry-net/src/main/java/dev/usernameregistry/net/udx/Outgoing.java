package dev.usernameregistry.net.udx;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** What leaves a stream: packets with data, and before them those that carry no number. */
final class Outgoing {
  /** Messages, or packets to relay, that may wait to be sent; later ones are dropped. */
  private static final int WAITING_MAX = 256;

  private final Inbound inbound;
  private final Outbound outbound;
  private final Queue<byte[]> messages = new ArrayDeque<>();
  private final Queue<byte[]> relayed = new ArrayDeque<>();

  /** Where packets go; null until connected. */
  private @Nullable Route route;

  private int remoteId;

  /** Acknowledgements that may leave: one for each packet that came since the last one. */
  private int acknowledgementsOwed;

  /** Ranges beyond a hole that the acknowledgements since all was told have named. */
  private int rangesTold;

  private boolean heartbeatOwed;
  private boolean destroyOwed;
  private boolean closed;

  Outgoing(Inbound inbound, Outbound outbound) {
    this.inbound = inbound;
    this.outbound = outbound;
  }

  void connect(Route to, int id) {
    route = to;
    remoteId = id;
  }

  @Nullable Route route() {
    return route;
  }

  /** Returns what answers a peer that goes on sending after the stream is closed. */
  Packet lastWord(boolean destroyed) {
    return header(destroyed ? Packet.DESTROY : Packet.STATE, 0, remoteId, outbound.next());
  }

  void oweAcknowledgement() {
    acknowledgementsOwed++;
  }

  void oweHeartbeat() {
    heartbeatOwed = true;
  }

  /** Queues a message unless too many wait. */
  void message(ByteBuffer message) {
    if (messages.size() < WAITING_MAX) {
      messages.add(copy(message));
    }
  }

  /** Queues a packet of another stream, with our remote id in it, unless too many wait. */
  void relay(ByteBuffer datagram) {
    if (route != null && relayed.size() < WAITING_MAX) {
      byte[] packet = copy(datagram.duplicate());
      Packet.replaceId(packet, remoteId);
      relayed.add(packet);
    }
  }

  /** Leaves only last words: an acknowledgement if one is owed, or a DESTROY, or neither. */
  void close(boolean acknowledge, boolean destroy) {
    closed = true;
    acknowledgementsOwed = acknowledge && acknowledgementsOwed > 0 ? 1 : 0;
    destroyOwed = destroy;
    messages.clear();
  }

  /** Writes the next datagram; returns where it goes, or null if nothing may leave now. */
  @Nullable Route next(ByteBuffer out, long nowNanos) {
    if (route == null) {
      return null;
    }
    byte[] packet = relayed.poll();
    if (packet != null) {
      out.put(packet);
      return route;
    }
    if (destroyOwed) {
      destroyOwed = false;
      return control(Packet.DESTROY, out);
    }
    if (acknowledgementsOwed > 0) {
      return acknowledgement(out);
    }
    return closed ? null : nextOfOpen(out, nowNanos);
  }

  private @Nullable Route nextOfOpen(ByteBuffer out, long nowNanos) {
    if (heartbeatOwed) {
      heartbeatOwed = false;
      return control(Packet.HEARTBEAT, out);
    }
    byte[] message = messages.poll();
    if (message != null) {
      control(Packet.MESSAGE, out);
      out.put(message);
      return route;
    }
    SentPacket packet = outbound.nextPacket(nowNanos);
    return packet == null ? null : data(packet, out);
  }

  private @Nullable Route data(SentPacket packet, ByteBuffer out) {
    header(packet.type, packet.padding, packet.remoteId, packet.seq).encode(out);
    for (int i = 0; i < packet.padding; i++) {
      out.put((byte) 0);
    }
    outbound.writePayload(packet, out);
    return packet.route;
  }

  /** Tells what arrived, with as few packets as can name all ranges, but no more than are owed. */
  private @Nullable Route acknowledgement(ByteBuffer out) {
    SeqRanges ranges = inbound.beyondHole();
    control(ranges.count() > 0 ? Packet.SACK : Packet.STATE, out);
    rangesTold = SackBlocks.encode(ranges, rangesTold, out);
    acknowledgementsOwed--;
    if (rangesTold == ranges.count()) {
      rangesTold = 0;
      acknowledgementsOwed = 0;
    }
    return route;
  }

  private @Nullable Route control(int type, ByteBuffer out) {
    header(type, 0, remoteId, outbound.next()).encode(out);
    return route;
  }

  private Packet header(int type, int dataOffset, int to, int seq) {
    return new Packet(type, dataOffset, to, inbound.tellWindow(), seq, inbound.next());
  }

  private static byte[] copy(ByteBuffer from) {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    return bytes;
  }
}
