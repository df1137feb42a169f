package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One datagram of the protocol. Its first byte is the kind in the high bits and version 3. */
sealed interface RpcPacket {
  /** First byte of a request. */
  int ASK = 0x03;

  /** First byte of a reply. */
  int ANSWER = 0x13;

  /** Longest value that is taken in: a whole datagram. */
  int VALUE_BYTES_MAX = 0xffff;

  /** Flag of both kinds: the sender's id is there. */
  int ID = 1;

  /** Flag of both kinds: a token is there. */
  int TOKEN = 1 << 1;

  /** Flag of both kinds: a value is there. */
  int VALUE = 1 << 4;

  /** Bytes of the fields that every packet begins with. */
  int HEADER_BYTES = 1 + 1 + 2 + Ipv4Address.BYTES;

  /** Returns the number that links a reply to its request, 0 to 65,535. */
  int tid();

  /** Returns the receiver as the sender knows it. */
  Ipv4Address to();

  /** Returns the id that the sender claims to have, or null. */
  @Nullable Key id();

  /** Returns the token, or null. */
  byte @Nullable [] token();

  /** Writes the packet. */
  byte[] encode();

  /** Returns the sender's id if it has one that fits the address that the packet came from. */
  default @Nullable Key idAt(Ipv4Address from) {
    Key id = id();
    return id != null && id.equals(RoutingTable.idOf(from)) ? id : null;
  }

  /**
   * A request.
   *
   * <pre>
   * field    encoding  present  meaning
   * kind     uint8     always   {@value RpcPacket#ASK}
   * flags    uint      always   1 id, 2 token, 4 internal command, 8 target, 16 value
   * tid      uint16    always   links the reply
   * to       address   always   the receiver as the sender knows it
   * id       32 bytes  flag 1   of the sender
   * token    32 bytes  flag 2   which the receiver gave to the sender
   * command  uint      always
   * target   32 bytes  flag 8
   * value    bytes     flag 16  one that is empty counts as none
   * </pre>
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes that pass through; compared by nobody
  record Ask(
      int tid,
      Ipv4Address to,
      @Nullable Key id,
      byte @Nullable [] token,
      boolean internal,
      int command,
      @Nullable Key target,
      byte @Nullable [] value)
      implements RpcPacket {
    private static final int INTERNAL = 1 << 2;
    private static final int TARGET = 1 << 3;

    /** Reads what follows the kind. */
    static Ask decode(ByteBuffer datagram) {
      WireReader in = new WireReader(datagram);
      long flags = in.uint();
      int tid = (int) in.fixedUint(2);
      Ipv4Address to = Ipv4Address.decode(in);
      Key id = keyOf(in, flags & ID);
      byte[] token = (flags & TOKEN) != 0 ? in.fixed(Tokens.BYTES) : null;
      int command = number(in);
      Key target = keyOf(in, flags & TARGET);
      byte[] value = (flags & VALUE) != 0 ? valueOf(in) : null;
      return new Ask(tid, to, id, token, (flags & INTERNAL) != 0, command, target, value);
    }

    @Override
    public byte[] encode() {
      WireWriter out = new WireWriter(128).fixedUint(ASK, 1);
      int flags = (internal ? INTERNAL : 0) | flag(target, TARGET) | flag(value, VALUE);
      encodeHead(this, flags, out);
      out.uint(command);
      if (target != null) {
        out.raw(target.bytes());
      }
      if (value != null) {
        out.bytes(value);
      }
      return out.toByteArray();
    }
  }

  /**
   * A reply.
   *
   * <pre>
   * field        encoding         present  meaning
   * kind         uint8            always   {@value RpcPacket#ANSWER}
   * flags        uint             always   1 id, 2 token, 4 closer nodes, 8 error, 16 value
   * tid          uint16           always   of the request
   * to           address          always   the requester as the replier sees it
   * id           32 bytes         flag 1   of the replier
   * token        32 bytes         flag 2   for the requester's host
   * closerNodes  addresses        flag 4   never empty
   * error        uint             flag 8   0 if left out
   * value        bytes            flag 16  one that is empty counts as none
   * </pre>
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes that pass through; compared by nobody
  record Answer(
      int tid,
      Ipv4Address to,
      @Nullable Key id,
      byte @Nullable [] token,
      List<Ipv4Address> closerNodes,
      int error,
      byte @Nullable [] value)
      implements RpcPacket {
    private static final int CLOSER_NODES = 1 << 2;
    private static final int ERROR = 1 << 3;

    /** Reads what follows the kind. */
    static Answer decode(ByteBuffer datagram) {
      WireReader in = new WireReader(datagram);
      long flags = in.uint();
      int tid = (int) in.fixedUint(2);
      Ipv4Address to = Ipv4Address.decode(in);
      Key id = keyOf(in, flags & ID);
      byte[] token = (flags & TOKEN) != 0 ? in.fixed(Tokens.BYTES) : null;
      List<Ipv4Address> nodes = (flags & CLOSER_NODES) != 0 ? nodesOf(in) : List.of();
      int error = (flags & ERROR) != 0 ? number(in) : 0;
      byte[] value = (flags & VALUE) != 0 ? valueOf(in) : null;
      return new Answer(tid, to, id, token, nodes, error, value);
    }

    private static List<Ipv4Address> nodesOf(WireReader in) {
      int count = in.count(Ipv4Address.BYTES, WireReader.ARRAY_ELEMENTS_MAX);
      List<Ipv4Address> nodes = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        nodes.add(Ipv4Address.decode(in));
      }
      return nodes;
    }

    /** Returns this reply without the replier's id. */
    Answer withoutId() {
      return new Answer(tid, to, null, token, closerNodes, error, value);
    }

    @Override
    public byte[] encode() {
      WireWriter out = new WireWriter(256).fixedUint(ANSWER, 1);
      int nodesAndError = (closerNodes.isEmpty() ? 0 : CLOSER_NODES) | (error == 0 ? 0 : ERROR);
      encodeHead(this, nodesAndError | flag(value, VALUE), out);
      if (!closerNodes.isEmpty()) {
        out.uint(closerNodes.size());
        closerNodes.forEach(node -> node.encode(out));
      }
      if (error != 0) {
        out.uint(error);
      }
      if (value != null) {
        out.bytes(value);
      }
      return out.toByteArray();
    }
  }

  /**
   * Writes what follows the kind in every packet.
   *
   * @param flags of the fields behind
   */
  private static void encodeHead(RpcPacket packet, int flags, WireWriter out) {
    Key id = packet.id();
    byte[] token = packet.token();
    out.uint(flags | flag(id, ID) | flag(token, TOKEN)).fixedUint(packet.tid(), 2);
    packet.to().encode(out);
    if (id != null) {
      out.raw(id.bytes());
    }
    if (token != null) {
      out.raw(token);
    }
  }

  private static int flag(@Nullable Object field, int bit) {
    return field == null ? 0 : bit;
  }

  /** Reads a number of which nobody needs to tell large ones apart. */
  private static int number(WireReader in) {
    return (int) Math.min(in.uint(), Integer.MAX_VALUE);
  }

  private static @Nullable Key keyOf(WireReader in, long flag) {
    return flag != 0 ? Key.of(in.fixed(Key.BYTES)) : null;
  }

  private static byte @Nullable [] valueOf(WireReader in) {
    byte[] value = in.bytes(VALUE_BYTES_MAX);
    return value.length == 0 ? null : value;
  }
}
