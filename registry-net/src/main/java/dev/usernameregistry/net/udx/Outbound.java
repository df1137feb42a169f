package dev.usernameregistry.net.udx;

import dev.usernameregistry.net.udx.congestion.Pacer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The sending half of a stream: turns bytes into packets, decides which packet may leave now, and
 * takes in acknowledgements.
 */
final class Outbound {
  /**
   * What the peer is believed to have room for until it tells, and at most, whatever it tells:
   * bytes. So much may be in flight, and so much more is kept for it to acknowledge.
   */
  private static final long PEER_WINDOW_BYTES_MAX = 4 << 20;

  /** The reference fills the first packet of a stream as if it might go by IPv6. */
  private static final int FIRST_PAYLOAD_BYTES_MAX = MtuSearch.MTU_BASE - 68;

  private final ByteQueue bytes = new ByteQueue();
  private final SentPackets packets;
  private final SeqRanges sacked = new SeqRanges();
  private final MtuSearch mtu;
  private final Pacer pacer = new Pacer();
  private final Timers timers;
  private final Recovery recovery;

  /** Where new packets go; null until connected. */
  private @Nullable Route route;

  private int remoteId;

  /** Offset in the stream of the first byte that is in no packet yet. */
  private long packedOffset;

  /** What the peer has room for, bytes, and the packet that said so. */
  private long peerWindowBytes = PEER_WINDOW_BYTES_MAX;

  private int windowSeq;
  private int windowAck;

  private boolean endQueued;
  private boolean endSent;
  private boolean endAcknowledged;

  private boolean changing;

  /** The change of the way is complete when all numbers before this one are acknowledged. */
  private int changePoint;

  private long sentCount;
  private long repeatedCount;

  Outbound(int initialSeq, int initialRemoteSeq, int packetBytesMax, Timers timers) {
    this.packets = new SentPackets(initialSeq);
    this.mtu = new MtuSearch(packetBytesMax);
    this.timers = timers;
    this.recovery = new Recovery(packets, mtu, timers);
    this.windowSeq = initialRemoteSeq;
    this.windowAck = initialSeq;
  }

  void connect(Route to, int id) {
    route = to;
    remoteId = id;
  }

  /** Sends new packets another way from now on; those already sent keep theirs. */
  void changeRoute(Route to, int id) {
    connect(to, id);
    for (int seq = packets.una(); seq != packets.next(); seq++) {
      packets.get(seq).probe = false;
    }
    mtu.restart();
    changing = !packets.isEmpty();
    changePoint = packets.next();
  }

  /** Returns whether packets are under way that were sent the old way. */
  boolean isChanging() {
    return changing;
  }

  int next() {
    return packets.next();
  }

  boolean isEndQueued() {
    return endQueued;
  }

  boolean isEndAcknowledged() {
    return endAcknowledged;
  }

  /** Returns whether all that the peer has not acknowledged is our END. */
  boolean isOnlyEndMissing() {
    return endSent && bytes.size() == 0 && packets.next() - packets.una() == 1;
  }

  /** Returns whether all that was sent is acknowledged. */
  boolean isIdle() {
    return packets.isEmpty();
  }

  /** Returns whether something waits that no packet has carried yet. */
  boolean hasUnsent() {
    return packedOffset < bytes.end() || (endQueued && !endSent);
  }

  /** Returns whether something waits that the peer has no room for, and nothing is under way. */
  boolean isBlockedByWindow() {
    return packets.isEmpty() && peerWindowBytes == 0 && hasUnsent();
  }

  /** Returns how many bytes wait for acknowledgement. */
  long queuedBytes() {
    return bytes.size();
  }

  /** Returns how many bytes may be in flight. */
  long windowBytes() {
    long congestionBytes = (long) recovery.congestion().windowPackets() * mtu.payloadBytesMax();
    return Math.min(congestionBytes, peerWindowBytes);
  }

  void write(ByteBuffer from) {
    bytes.append(from);
  }

  void end() {
    endQueued = true;
  }

  /** Lets go of everything. */
  void clear() {
    bytes.clear();
    sacked.clear();
  }

  Recovery recovery() {
    return recovery;
  }

  /** Takes in what a packet acknowledges; its ack is not beyond what was sent. */
  void acknowledge(Packet packet, ByteBuffer datagram, long nowNanos) {
    int ack = packet.ack();
    if (ack - packets.una() >= 0) {
      updatePeerWindow(packet);
    }
    if (packets.isEmpty()) {
      return;
    }
    recovery.beginAcknowledgement();
    boolean advanced = ack - packets.una() > 0;
    boolean any = advanced && acknowledgeBefore(ack, nowNanos);
    for (int i = 0, count = SackBlocks.count(packet, datagram); i < count; i++) {
      any |= sack(SackBlocks.start(datagram, i), SackBlocks.end(datagram, i), nowNanos);
    }
    recovery.endAcknowledgement(advanced, any, nowNanos);
  }

  private void updatePeerWindow(Packet packet) {
    int newer = packet.seq() - windowSeq;
    if (newer > 0 || (newer == 0 && packet.ack() - windowAck >= 0)) {
      peerWindowBytes = Math.min(packet.window() & 0xffff_ffffL, PEER_WINDOW_BYTES_MAX);
      windowSeq = packet.seq();
      windowAck = packet.ack();
    }
  }

  private boolean acknowledgeBefore(int ack, long nowNanos) {
    boolean any = false;
    long offset = bytes.start();
    while (packets.una() != ack) {
      SentPacket packet = packets.get(packets.una());
      if (packet.place == SentPacket.Place.SACKED) {
        recovery.changeSacked(-1);
      } else {
        any = true;
        recovery.delivered(packet, nowNanos);
      }
      offset = packet.offset + packet.bytes;
      endAcknowledged |= (packet.type & Packet.END) != 0;
      packets.removeFirst();
    }
    bytes.release(offset);
    sacked.removeBefore(ack);
    if (changing && ack - changePoint >= 0) {
      changing = false;
    }
    return any;
  }

  /** Takes in one block if it can be; returns whether it reports anything new. */
  private boolean sack(int start, int end, long nowNanos) {
    boolean valid =
        start - end < 0
            && end - packets.next() <= 0
            && start - packets.next() < 0
            && start - packets.una() >= 0;
    if (!valid) {
      return false;
    }
    boolean any = false;
    for (int seq = sacked.skip(start); seq - end < 0; seq = sacked.skip(seq + 1)) {
      SentPacket packet = packets.get(seq);
      any = true;
      recovery.delivered(packet, nowNanos);
      recovery.changeSacked(1);
      packets.toSacked(packet);
    }
    if (any) {
      sacked.add(start, end);
    }
    return any;
  }

  /** Returns the data packet that is to leave now, stamped, or null. */
  @Nullable SentPacket nextPacket(long nowNanos) {
    SentPacket probe = recovery.takeProbe() ? probeTail(nowNanos) : null;
    if (probe != null) {
      return probe;
    }
    SentPacket lost = packets.firstLost();
    int inFlight = packets.inFlightCount();
    if (inFlight >= recovery.congestion().windowPackets()) {
      return null;
    }
    if (lost == null && !mayStart(inFlight)) {
      return null;
    }
    double bytesPerNano = recovery.congestion().pacingPacketsPerNano() * mtu.payloadBytesMax();
    if (!pacer.allows(bytesPerNano, nowNanos)) {
      timers.set(Timer.PACE, pacer.nextNanos());
      return null;
    }
    return lost != null ? repeat(lost, nowNanos) : start(true, nowNanos);
  }

  /** Writes the payload of {@code packet}. */
  void writePayload(SentPacket packet, ByteBuffer out) {
    bytes.copy(packet.offset, packet.bytes, out);
  }

  private boolean mayStart(int inFlight) {
    if (!hasUnsent()) {
      recovery.appLimited();
      return false;
    }
    return inFlight < peerWindowPackets() && !packets.isFull();
  }

  /** Returns how many packets the peer has room for; a little room is enough for one. */
  private long peerWindowPackets() {
    return peerWindowBytes == 0 ? 0 : Math.max(1, peerWindowBytes / mtu.payloadBytesMax());
  }

  /** Sends something to find out whether the last packets were lost; the windows do not count. */
  private @Nullable SentPacket probeTail(long nowNanos) {
    if (hasUnsent() && !packets.isFull()) {
      return start(false, nowNanos);
    }
    SentPacket tail = recovery.tail();
    return tail == null ? null : repeat(tail, nowNanos);
  }

  private SentPacket repeat(SentPacket packet, long nowNanos) {
    recovery.endProbe(packet);
    packet.padding = 0;
    recovery.sent(packet, false, nowNanos);
    repeatedCount++;
    return spend(packet);
  }

  private SentPacket start(boolean mayProbe, long nowNanos) {
    boolean restart = packets.isEmpty();
    SentPacket packet = packets.append();
    packet.route = route;
    packet.remoteId = remoteId;
    packet.offset = packedOffset;
    packet.bytes = (int) Math.min(payloadBytesMax(), bytes.end() - packedOffset);
    packedOffset += packet.bytes;
    packet.type = packet.bytes > 0 ? Packet.DATA : 0;
    if (endQueued && packedOffset == bytes.end()) {
      packet.type |= Packet.END;
      endSent = true;
    }
    pad(packet, mayProbe && !changing);
    timers.stop(Timer.KEEP_ALIVE);
    timers.stop(Timer.WINDOW_PROBE);
    recovery.sent(packet, restart, nowNanos);
    return spend(packet);
  }

  private int payloadBytesMax() {
    return sentCount == 0 ? FIRST_PAYLOAD_BYTES_MAX : mtu.payloadBytesMax();
  }

  private void pad(SentPacket packet, boolean mayProbe) {
    packet.padding = 0;
    if (mayProbe && mtu.wantsProbe(packet.bytes)) {
      packet.probe = true;
      packet.padding = mtu.padding(packet.bytes);
      mtu.probeSent();
    }
  }

  private SentPacket spend(SentPacket packet) {
    sentCount++;
    pacer.spend(Packet.HEADER_BYTES + packet.bytes);
    return packet;
  }

  StreamStatistics statistics(long receivedCount) {
    return new StreamStatistics(
        sentCount,
        repeatedCount,
        receivedCount,
        bytes.start(),
        recovery.roundTrip().smoothedNanos(),
        recovery.congestion().windowPackets(),
        mtu.payloadBytesMax());
  }
}
