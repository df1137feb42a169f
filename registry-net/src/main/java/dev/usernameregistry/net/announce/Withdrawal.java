package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.AnnounceMessage.Place;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.Request;
import java.util.Set;

/** Takes the announcement of a key under its own hash away from nodes that still have it. */
final class Withdrawal {
  private final KeyPair keyPair;
  private final Key target;
  private final Batch requests;

  /**
   * @param requests ends when the last node has answered or was given up
   */
  Withdrawal(KeyPair keyPair, Batch requests) {
    this.keyPair = keyPair;
    this.target = PeerRecord.target(keyPair.publicKey());
    this.requests = requests;
  }

  /** Asks each node whether it has it, which gives us a token as well. */
  void start(Set<Ipv4Address> nodes, long nowNanos) {
    Request question = Request.of(Command.FIND_PEER, target);
    nodes.forEach(node -> requests.send(question, node, this::unannounce, nowNanos));
  }

  private void unannounce(Reply at, long nowNanos) {
    byte[] token = at.token();
    Key nodeId = at.id();
    if (token == null || nodeId == null || at.value() == null) {
      return;
    }
    AnnounceMessage message = AnnounceMessage.unannounce(new Place(target, nodeId, token), keyPair);
    Request request = Request.of(Command.UNANNOUNCE, target).token(token).value(message.encode());
    requests.send(request, at.from(), Batch.Answered.IGNORE, nowNanos);
  }
}
