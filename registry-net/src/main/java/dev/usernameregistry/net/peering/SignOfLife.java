package dev.usernameregistry.net.peering;

import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.ReplyListener;
import dev.usernameregistry.net.dht.Request;
import dev.usernameregistry.net.dht.RequestOptions;
import dev.usernameregistry.net.peering.Joint.Way;
import org.jspecify.annotations.Nullable;

/** A PING to where a peer is said to be; its answer counts as a packet of the peer's. */
final class SignOfLife implements ReplyListener {
  private final Way way;
  private final Joint.Owner owner;
  private Request.@Nullable Sent ping;

  SignOfLife(DhtNode node, Way way, Joint.Owner owner, long nowNanos) {
    this.way = way;
    this.owner = owner;
    RequestOptions options = RequestOptions.DEFAULT.socket(way.socket());
    this.ping = node.request(Request.ping(), way.remote(), options, this, nowNanos);
  }

  boolean isAwaited() {
    return ping != null;
  }

  void stop(long nowNanos) {
    if (ping != null) {
      ping.cancel(nowNanos);
      ping = null;
    }
  }

  @Override
  public void replied(Reply reply, long nowNanos) {
    if (ping != null) {
      ping = null;
      owner.heard(way, nowNanos);
    }
  }

  @Override
  public void timedOut(long nowNanos) {
    ping = null;
  }
}
