package dev.usernameregistry.net.mux;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a peer says. A frame carries one item, or a batch of them:
 *
 * <pre>
 * field    encoding  meaning
 * channel  uint      the sender's number of the channel; 0 for what is said about channels
 * type     uint      of the message; of the control: 0 batch, 1 open, 2 reject, 3 close
 * body     rest      payload of the message; or fields of the control
 * </pre>
 *
 * Behind a control of type 0 follow
 *
 * <pre>
 * channel  uint      current channel
 * length   uint      bytes in the next item; 0 is no item: a new current channel follows
 * item     length    type and body
 * ...
 * </pre>
 */
sealed interface Item {

  /** Returns the channel under which this item travels: 0 unless it is a message. */
  long channel();

  /** Reads the body of what is not a batch; returns null for a control that we do not know. */
  static @Nullable Item decode(long channel, long type, WireReader body) {
    if (channel != 0) {
      return new Message(channel, type, body);
    }
    if (type == Open.TYPE) {
      return Open.decode(body);
    }
    if (type == Reject.TYPE) {
      return new Reject(body.uint());
    }
    return type == Close.TYPE ? new Close(body.uint()) : null;
  }

  /** One that can be sent. */
  sealed interface Sendable extends Item {
    @Override
    default long channel() {
      return 0;
    }

    /** Writes type and body. */
    void encode(WireWriter out);

    /** Returns how many bytes {@link #encode} writes. */
    int bytes();
  }

  /**
   * The sender opens its channel {@code number}, or answers an open by that.
   *
   * <pre>
   * field      encoding  meaning
   * number     uint      the sender's, from 1
   * protocol   string    of the pair
   * id         bytes     of the pair; empty for none
   * handshake  rest      the protocol's own
   * </pre>
   */
  record Open(long number, Pair pair, byte[] handshake) implements Sendable {
    static final int TYPE = 1;
    private static final int NAME_BYTES_MAX = 1 << 16;

    static Open decode(WireReader body) {
      long number = body.uint();
      Pair pair = new Pair(body.string(NAME_BYTES_MAX), body.bytes(NAME_BYTES_MAX));
      return new Open(number, pair, body.raw());
    }

    @Override
    public void encode(WireWriter out) {
      out.uint(TYPE).uint(number).string(pair.protocol()).bytes(pair.id()).raw(handshake);
    }

    @Override
    public int bytes() {
      int protocolBytes = pair.protocol().getBytes(StandardCharsets.UTF_8).length;
      int idBytes = pair.id().length;
      return 1
          + (WireWriter.uintBytes(number) + WireWriter.uintBytes(protocolBytes) + protocolBytes)
          + (WireWriter.uintBytes(idBytes) + idBytes + handshake.length);
    }
  }

  /** The sender does not want the channel {@code number} that its peer opened. */
  record Reject(long number) implements Sendable {
    static final int TYPE = 2;

    @Override
    public void encode(WireWriter out) {
      out.uint(TYPE).uint(number);
    }

    @Override
    public int bytes() {
      return 1 + WireWriter.uintBytes(number);
    }
  }

  /** The sender is done with its channel {@code number}. */
  record Close(long number) implements Sendable {
    static final int TYPE = 3;

    @Override
    public void encode(WireWriter out) {
      out.uint(TYPE).uint(number);
    }

    @Override
    public int bytes() {
      return 1 + WireWriter.uintBytes(number);
    }
  }

  /** A message that was received; its payload is read where it lies in the frame. */
  record Message(long channel, long type, WireReader payload) implements Item {}

  /** A message to send. */
  record Outgoing(long channel, long type, byte[] payload) implements Sendable {
    @Override
    public void encode(WireWriter out) {
      out.uint(type).raw(payload);
    }

    @Override
    public int bytes() {
      return WireWriter.uintBytes(type) + payload.length;
    }
  }
}
