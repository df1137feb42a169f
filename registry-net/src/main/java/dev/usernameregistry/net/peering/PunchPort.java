package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.ReplyListener;
import dev.usernameregistry.net.dht.Request;
import dev.usernameregistry.net.dht.RequestOptions;
import dev.usernameregistry.net.punch.HolepunchMessage;
import dev.usernameregistry.net.punch.PunchNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the punch of one handshake needs of the node. */
final class PunchPort implements PunchNode {
  private static final byte[] PROBE = {0};

  private final DhtNode node;
  private final Key target;
  private final long handshakeId;

  /**
   * Serves one punch.
   *
   * @param target hash of the server's key
   * @param handshakeId as the server numbers the handshake
   */
  PunchPort(DhtNode node, Key target, long handshakeId) {
    this.node = node;
    this.target = target;
    this.handshakeId = handshakeId;
  }

  @Override
  public boolean isFirewalled() {
    return node.isFirewalled();
  }

  @Override
  public List<Ipv4Address> nodes(int max) {
    return node.nodes(max);
  }

  @Override
  public int openSocket() {
    return node.openSocket();
  }

  @Override
  public void closeSocket(int socket) {
    node.closeSocket(socket);
  }

  @Override
  public void probe(int socket, Ipv4Address to, int ttl) {
    if (Relaying.isReachable(to)) {
      node.send(socket, to, PROBE.clone(), ttl);
    }
  }

  @Override
  public void ping(int socket, Ipv4Address to, PingListener listener, long nowNanos) {
    RequestOptions options = RequestOptions.DEFAULT.retries(0).socket(socket);
    ReplyListener reply =
        new ReplyListener() {
          @Override
          public void replied(Reply reply, long nowNanos) {
            listener.answered(reply.from(), reply.to(), nowNanos);
          }

          @Override
          public void timedOut(long nowNanos) {
            listener.timedOut(nowNanos);
          }
        };
    node.request(Request.ping(), to, options, reply, nowNanos);
  }

  @Override
  public void ask(Question question, AnswerListener listener, long nowNanos) {
    HolepunchMessage message =
        new HolepunchMessage(
            HolepunchMessage.FROM_CLIENT, handshakeId, question.payload(), question.peerAddress());
    Request request = Request.of(Peering.PEER_HOLEPUNCH, target).value(message.encode());
    ReplyListener reply =
        new ReplyListener() {
          @Override
          public void replied(Reply reply, long nowNanos) {
            HolepunchMessage answer = answer(reply);
            if (answer == null) {
              listener.failed(nowNanos);
              return;
            }
            Ipv4Address peer = answer.peerAddress();
            listener.answered(
                reply.to(), peer != null ? peer : question.relay(), answer.payload(), nowNanos);
          }

          @Override
          public void timedOut(long nowNanos) {
            listener.failed(nowNanos);
          }
        };
    RequestOptions options = RequestOptions.DEFAULT.socket(question.socket());
    node.request(request, question.relay(), options, reply, nowNanos);
  }

  private static @Nullable HolepunchMessage answer(Reply reply) {
    byte[] value = reply.value();
    if (value == null) {
      return null;
    }
    try {
      HolepunchMessage message = HolepunchMessage.decode(value);
      return message.mode() == HolepunchMessage.REPLY ? message : null;
    } catch (MalformedMessageException e) {
      return null;
    }
  }
}
