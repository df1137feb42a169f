package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Datagrams as strangers make and read them. */
final class Raw {
  private Raw() {}

  static boolean isInternal(byte[] datagram, int command) {
    if (datagram[0] != RpcPacket.ASK) {
      return false;
    }
    RpcPacket.Ask ask = ask(datagram);
    return ask.internal() && ask.command() == command;
  }

  static RpcPacket.Ask ask(byte[] datagram) {
    return RpcPacket.Ask.decode(ByteBuffer.wrap(datagram, 1, datagram.length - 1));
  }

  static RpcPacket.Answer answer(byte[] datagram) {
    return RpcPacket.Answer.decode(ByteBuffer.wrap(datagram, 1, datagram.length - 1));
  }

  /** An internal command. */
  static byte[] internal(int tid, Ipv4Address to, int command, byte @Nullable [] value) {
    return new RpcPacket.Ask(tid, to, null, null, true, command, null, value).encode();
  }

  static byte[] findNode(int tid, Ipv4Address to, @Nullable Key id, Key target) {
    return new RpcPacket.Ask(tid, to, id, null, true, Request.FIND_NODE, target, null).encode();
  }

  /** A command of the application. */
  static byte[] command(
      int tid, Ipv4Address to, byte @Nullable [] token, Key target, byte @Nullable [] value) {
    return new RpcPacket.Ask(tid, to, null, token, false, 3, target, value).encode();
  }

  static byte[] pong(int tid, Ipv4Address to, @Nullable Key id) {
    return new RpcPacket.Answer(tid, to, id, null, List.of(), 0, null).encode();
  }

  static byte[] address(Ipv4Address address) {
    WireWriter out = new WireWriter();
    address.encode(out);
    return out.toByteArray();
  }
}
