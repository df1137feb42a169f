package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.announce.Ask.Answer;
import dev.usernameregistry.net.dht.IncomingRequest;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a persistent node keeps for others and tells them. Not thread-safe; one event loop owns it.
 *
 * <p>Strangers fill it, so everything in it is bounded, in bytes that include our own objects:
 *
 * <pre>
 * what                                lives    at most
 * records of peers under topics       20 min   32 MiB, some 29,000; 4,096 under one topic
 * forwards to peers by their keys     20 min    8 MiB, some 12,000
 * refresh chains                      20 min    4 MiB, some 6,000
 * signed values                       48 h     16 MiB; of 1,400 bytes each
 * hashed values                       48 h     16 MiB; of 1,400 bytes each
 * hosts whose signatures we checked      -      1 MiB, 4,096
 * </pre>
 *
 * <p>Each entry lives from its last write, whoever reads it; a peer that is gone is gone from here
 * after that time. Where there is no room, the host that holds the most gives way, so that a flood
 * from one host does not push out what others announced.
 */
public final class Records {
  /** Bytes of the longest value that is kept: what fits into a datagram that is not fragmented. */
  static final int VALUE_BYTES_MAX = 1400;

  /**
   * How much is kept now, for those who look after a node.
   *
   * @param bytes of all entries together, our own objects included
   * @param uncheckedCount requests dropped so far because their host, or all hosts together, asked
   *     for more checks of signatures than they may
   */
  public record Statistics(
      int topicRecords, int forwards, int values, long bytes, long uncheckedCount) {}

  private final Announced announced;
  private final Values values;
  private final VerificationBudget budget;

  /**
   * Starts empty.
   *
   * @param random chooses the records that a lookup is told
   * @param epochMillis the time of day at {@code nowNanos}, in milliseconds since 1970
   */
  public Records(RandomGenerator random, long epochMillis, long nowNanos) {
    this.budget = new VerificationBudget();
    this.announced = new Announced(budget, random, epochMillis, nowNanos);
    this.values = new Values(budget);
  }

  /**
   * Answers a request, or drops it if it is not what it must be.
   *
   * @return false if the command is not one of this room, or the node has no id and so keeps
   *     nothing
   */
  public boolean serve(IncomingRequest request, long nowNanos) {
    Key nodeId = request.localId();
    int command = request.command();
    if (nodeId == null || command < Command.FIND_PEER || command > Command.PLUGIN) {
      return false;
    }
    answer(Ask.of(request, nodeId), nowNanos).give(request);
    return true;
  }

  Answer answer(Ask ask, long nowNanos) {
    Key target = ask.target();
    if (target == null) {
      return Answer.NONE;
    }
    try {
      return switch (ask.command()) {
        case Command.FIND_PEER -> announced.findPeer(target, nowNanos);
        case Command.LOOKUP -> announced.lookup(target, nowNanos);
        case Command.ANNOUNCE, Command.UNANNOUNCE -> announced.change(ask, target, nowNanos);
        case Command.MUTABLE_GET -> values.getMutable(ask, target, nowNanos);
        case Command.MUTABLE_PUT -> values.putMutable(ask, target, nowNanos);
        case Command.IMMUTABLE_GET -> values.getImmutable(target, nowNanos);
        case Command.IMMUTABLE_PUT -> values.putImmutable(ask, target, nowNanos);
        default -> Answer.NONE; // no plugins here
      };
    } catch (MalformedMessageException e) {
      return Answer.NONE;
    }
  }

  /**
   * Has this node tell strangers of a peer that it is itself, for as long as {@link #forget} is not
   * called; announcements of the same key do not replace it.
   */
  public void keep(PeerRecord own) {
    announced.keep(own);
  }

  /** Undoes {@link #keep}. */
  public void forget(Key publicKey) {
    announced.forget(publicKey);
  }

  /**
   * Returns where a handshake for the peer whose key's hash is {@code target} is to be sent: the
   * source of its last announcement to us. Empty for a peer that is this node itself.
   */
  public Optional<Ipv4Address> forward(Key target, long nowNanos) {
    return announced.forward(target, nowNanos);
  }

  /** Returns the record of the peer whose key's hash is {@code target}, if it is known here. */
  public Optional<PeerRecord> find(Key target, long nowNanos) {
    return announced
        .record(target, nowNanos)
        .map(record -> PeerRecord.decode(new WireReader(record)));
  }

  /** Returns at most 20 of the peers that announced a topic to us, chosen by chance. */
  public List<PeerRecord> lookup(Key topic, long nowNanos) {
    return announced.sample(topic, nowNanos).stream()
        .map(record -> PeerRecord.decode(new WireReader(record)))
        .toList();
  }

  /** Forgets what a peer announced to us under {@code target}, for its owner on this node. */
  void unannounce(Key target, Key publicKey) {
    announced.remove(target, publicKey);
  }

  /** Returns how much is kept. */
  public Statistics statistics() {
    return new Statistics(
        announced.topicRecordCount(),
        announced.forwardCount(),
        values.size(),
        announced.bytes() + values.bytes(),
        budget.refusedCount());
  }
}
