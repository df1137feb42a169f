package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.peering.SimulatedInternet.Packet;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Packets of nodes that a test plays itself: requests it sends, and what comes back. */
final class RawRequests {
  private static final int REQUEST = 0x03;
  private static final int REPLY = 0x13;

  /** The first of the node's own commands, which are told apart from ours by this bit. */
  private static final int PING = 1 << 16;

  /** A packet taken apart; {@code command} is -1 for a reply. */
  record Read(Packet packet, int tid, int command, byte @Nullable [] value, boolean closerNodes) {}

  private RawRequests() {}

  static Packet request(
      Ipv4Address from, Ipv4Address to, int tid, int command, Key target, byte[] value) {
    WireWriter out = new WireWriter(128);
    out.fixedUint(REQUEST, 1).fixedUint(8 | 16, 1).fixedUint(tid, 2);
    to.encode(out);
    out.uint(command).raw(target.bytes()).bytes(value);
    return new Packet(from, to, out.toByteArray());
  }

  static Packet handshake(
      Ipv4Address from, Ipv4Address to, int tid, Key target, HandshakeMessage message) {
    return request(from, to, tid, Peering.PEER_HANDSHAKE, target, message.encode());
  }

  /** Returns a node's reply to a request. */
  static Packet reply(Ipv4Address from, Read request, byte[] value) {
    Ipv4Address to = request.packet().from();
    WireWriter out = new WireWriter(128);
    out.fixedUint(REPLY, 1).fixedUint(16, 1).fixedUint(request.tid(), 2);
    to.encode(out);
    out.bytes(value);
    return new Packet(from, to, out.toByteArray());
  }

  /** Returns the value of a request, or null. */
  static byte @Nullable [] value(byte[] request) {
    Ipv4Address nobody = new Ipv4Address(0, 0);
    return readRequest(new Packet(nobody, nobody, request)).value();
  }

  /** Returns the message in a reply to a handshake, or null if a packet is none. */
  static @Nullable HandshakeMessage handshakeReply(Packet packet) {
    if (packet.bytes()[0] != REPLY) {
      return null;
    }
    byte[] value = readReply(packet).value();
    try {
      HandshakeMessage message = value == null ? null : HandshakeMessage.decode(value);
      return message != null && message.mode() == HandshakeMode.REPLY ? message : null;
    } catch (MalformedMessageException e) {
      return null;
    }
  }

  /** Returns the bytes of a packet with another value of the same length, which is its end. */
  static byte[] withValue(Packet packet, byte[] value) {
    byte[] bytes = packet.bytes().clone();
    System.arraycopy(value, 0, bytes, bytes.length - value.length, value.length);
    return bytes;
  }

  /** Returns the requests and replies that were sent to {@code to} so far. */
  static List<Read> sentTo(SimulatedInternet internet, Ipv4Address to) {
    List<Read> read = new ArrayList<>();
    for (Packet packet : internet.sent) {
      int first = packet.bytes()[0];
      if (packet.to().equals(to) && (first == REQUEST || first == REPLY)) {
        read.add(first == REQUEST ? readRequest(packet) : readReply(packet));
      }
    }
    return read;
  }

  static Read readRequest(Packet packet) {
    WireReader in = new WireReader(packet.bytes());
    in.uint8();
    int flags = in.uint8();
    int tid = (int) in.fixedUint(2);
    Ipv4Address.decode(in);
    in.fixed((flags & 1) != 0 ? Key.BYTES : 0);
    in.fixed((flags & 2) != 0 ? Key.BYTES : 0);
    int command = (int) in.uint() | ((flags & 4) != 0 ? PING : 0);
    in.fixed((flags & 8) != 0 ? Key.BYTES : 0);
    return new Read(packet, tid, command, (flags & 16) != 0 ? in.bytes(2000) : null, false);
  }

  private static Read readReply(Packet packet) {
    WireReader in = new WireReader(packet.bytes());
    in.uint8();
    int flags = in.uint8();
    int tid = (int) in.fixedUint(2);
    Ipv4Address.decode(in);
    in.fixed((flags & 1) != 0 ? Key.BYTES : 0);
    in.fixed((flags & 2) != 0 ? Key.BYTES : 0);
    if ((flags & 4) != 0) {
      in.fixed(Ipv4Address.BYTES * in.count(Ipv4Address.BYTES, 100));
    }
    if ((flags & 8) != 0) {
      in.uint();
    }
    byte[] value = (flags & 16) != 0 ? in.bytes(2000) : null;
    return new Read(packet, tid, -1, value, (flags & 4) != 0);
  }
}
