package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.IncomingRequest;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.punch.HolepunchMessage;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Passes handshakes and punch messages on between a client and a server that announced itself here.
 * Keeps nothing: each packet says where it goes, and the number of the client's request goes along
 * until it comes back in the reply. One packet in, at most one out, hardly longer; what one host
 * may send is limited by the node.
 */
final class Relaying {
  /** Knows where servers are that announced themselves at this node. */
  interface Forwards {
    /** Returns where a handshake for this hash of a key is passed on to. */
    Optional<Ipv4Address> forward(Key target, long nowNanos);
  }

  private final Forwards forwards;

  Relaying(Forwards forwards) {
    this.forwards = forwards;
  }

  /** Passes on one message of a handshake for a server that is not here. */
  void handshake(IncomingRequest request, HandshakeMessage message, long nowNanos) {
    switch (message.mode()) {
      case FROM_CLIENT -> {
        Ipv4Address to = message.relayAddress();
        to = to != null ? to : forward(request, nowNanos);
        if (to == null) {
          request.replyCloserNodes();
        } else {
          pass(request, HandshakeMode.FROM_RELAY, message.noise(), request.from(), null, to);
        }
      }
      case FROM_RELAY -> {
        Ipv4Address to = forward(request, nowNanos);
        if (to != null && message.peerAddress() != null) {
          pass(
              request,
              HandshakeMode.FROM_SECOND_RELAY,
              message.noise(),
              message.peerAddress(),
              request.from(),
              to);
        }
      }
      case FROM_SERVER -> {
        Ipv4Address to = message.peerAddress();
        if (to != null && isReachable(to)) {
          HandshakeMessage reply =
              new HandshakeMessage(HandshakeMode.REPLY, message.noise(), request.from(), null);
          request.replyAs(reply.encode(), to, request.socket());
        }
      }
      case FROM_SECOND_RELAY, REPLY -> {
        // Only a server or a client has a use for these.
      }
    }
  }

  /** Passes on one punch message that is not for a server here. */
  void holepunch(IncomingRequest request, HolepunchMessage message, long nowNanos) {
    Ipv4Address to = message.peerAddress();
    if (message.mode() == HolepunchMessage.FROM_CLIENT) {
      to = to != null ? to : forward(request, nowNanos);
      if (to != null && isReachable(to)) {
        request.relay(
            passed(HolepunchMessage.FROM_RELAY, message, request.from()), to, request.socket());
      }
    } else if (message.mode() == HolepunchMessage.FROM_SERVER && to != null && isReachable(to)) {
      request.replyAs(
          passed(HolepunchMessage.REPLY, message, request.from()), to, request.socket());
    }
  }

  private static byte[] passed(int mode, HolepunchMessage message, Ipv4Address peerAddress) {
    return new HolepunchMessage(mode, message.id(), message.payload(), peerAddress).encode();
  }

  private @Nullable Ipv4Address forward(IncomingRequest request, long nowNanos) {
    Key target = request.target();
    return target == null ? null : forwards.forward(target, nowNanos).orElse(null);
  }

  private static void pass(
      IncomingRequest request,
      HandshakeMode mode,
      byte[] noise,
      @Nullable Ipv4Address peerAddress,
      @Nullable Ipv4Address relayAddress,
      Ipv4Address to) {
    if (isReachable(to)) {
      HandshakeMessage message = new HandshakeMessage(mode, noise, peerAddress, relayAddress);
      request.relay(message.encode(), to, request.socket());
    }
  }

  /** Returns whether a packet may be sent there on a stranger's word. */
  static boolean isReachable(Ipv4Address address) {
    return address.port() != 0 && !Hosts.isReserved(address.host());
  }
}
