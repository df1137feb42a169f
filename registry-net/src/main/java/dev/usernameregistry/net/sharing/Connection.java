package dev.usernameregistry.net.sharing;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.PeerState.RemoteHead;
import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.netty.StreamMachine;
import dev.usernameregistry.net.noise.SecretStream;
import dev.usernameregistry.net.noise.StreamState;
import dev.usernameregistry.net.time.Times;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One encrypted connection with one peer: bytes go through the stream to the {@link Lanes}, and the
 * other way round. Loop only.
 *
 * <p>Memory, at worst, for one hostile peer: an unfinished message of 16 MiB and as much again
 * while it grows, 16 MiB of proofs that wait for the disk, 4 answers of 256 KiB or one block (15
 * MiB) each, 20 MiB in the mux that it does not read, 1 MiB for channels without an answer, 16 MiB
 * of which blocks it says it has, 32 MiB of its requests, and what the socket holds (256 KiB and
 * one message; over UDX 4 MiB more, and 8 MiB that came and were not read), and 256 logs that it
 * introduced and that do not exist; besides some 20 KiB of what it wants to know, for each log that
 * both have. A well-behaved one takes well under 1 MiB, besides 80 KiB for each log that it is
 * fetching, and what it announced: one head of each log that both have, and a copy of them for
 * whoever asks.
 */
public final class Connection implements StreamMachine {
  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final Sharing sharing;
  private final boolean initiator;
  private final String address;
  private final Runnable wake;
  private final Listener listener;
  private final SecretStream stream;
  private final FirstMessage firstMessage = new FirstMessage();

  private final KnownPeer known;

  /** Null until messages may be sent. */
  private @Nullable Lanes lanes;

  /** Whether only the stream's header is sent so far and nothing is read. */
  private boolean held;

  /** Read by any thread, as {@link #peer} is asked there. */
  private volatile @Nullable End end;

  private long unfinishedBytes;

  /**
   * Speaks over {@code stream}, whose handshake may be under way or done.
   *
   * @param wake as of {@link dev.usernameregistry.net.netty.Starter#start}
   */
  Connection(
      Sharing sharing,
      SecretStream stream,
      boolean initiator,
      String address,
      Runnable wake,
      Listener listener) {
    this.sharing = sharing;
    this.stream = stream;
    this.initiator = initiator;
    this.address = address;
    this.wake = wake;
    this.listener = listener;
    this.known = new KnownPeer(address, initiator);
  }

  /** Returns whether we made it. */
  boolean initiator() {
    return initiator;
  }

  /** Returns where it leads to, as {@code host:port}. */
  String address() {
    return address;
  }

  /** Has only the stream's header sent, and {@link #wantsBytes no bytes} read until released. */
  void hold() {
    held = true;
  }

  /** Begins to share: says what is said first. */
  public void release(long nowNanos) {
    if (held && end == null) {
      held = false;
      guarded(nowNanos, () -> start(nowNanos));
      sharing.wake(this);
      sharing.settle(nowNanos);
    }
  }

  @Override
  public void receive(ByteBuffer bytes, long nowNanos) {
    guarded(nowNanos, () -> take(bytes, nowNanos));
    sharing.settle(nowNanos);
  }

  private void take(ByteBuffer bytes, long nowNanos) {
    stream.receive(bytes, nowNanos);
    if (lanes == null && stream.canSend()) {
      start(nowNanos);
    }
    sharing.unfinished(countUnfinished(), nowNanos);
    if (end == null && !known.isConnected() && stream.state() == StreamState.OPEN) {
      connected();
    }
    for (ByteBuffer message; end == null && (message = stream.nextMessage()) != null; ) {
      takeMessage(message, nowNanos);
    }
  }

  /** Says what is said first: the own registry key alone, and then what channels there are. */
  private void start(long nowNanos) {
    if (stream.remotePublicKey().equals(sharing.host().identity().publicKey())) {
      end(End.SELF, "it leads to this peer itself", nowNanos);
      return;
    }
    stream.send(ByteBuffer.wrap(sharing.host().ownLog().key().bytes()), nowNanos);
    Lanes started = new Lanes(this, sharing, initiator, stream.handshakeHash(), nowNanos);
    lanes = started;
    started.openAll();
  }

  private void connected() {
    known.connected(stream.remotePublicKey(), sharing.clock().instant());
    sharing.handshakeOver(this);
    sharing.peersChanged();
    listener.connected();
    LOG.debug("connected with {}, peer {}", address, stream.remotePublicKey());
  }

  private void takeMessage(ByteBuffer message, long nowNanos) {
    Lanes open = lanes;
    if (open == null) {
      throw new AssertionError("a message before the keys were agreed");
    }
    Optional<Key> key = firstMessage.keyIn(message, open.mux());
    if (key.isPresent()) {
      told(key.get());
    } else {
      open.receive(message, nowNanos);
    }
  }

  /** The peer said that this is its registry. */
  void told(Key key) {
    if (known.told(key)) {
      sharing.peersChanged();
      peer().ifPresent(peer -> sharing.host().registryTold(peer, key));
    }
  }

  /** Whether the peer has told of all registries that it knows has changed, or not. */
  void toldAll(boolean toldAll) {
    if (known.toldAll(toldAll)) {
      sharing.peersChanged();
    }
  }

  /** Nothing is awaited of this log, if the peer has introduced it. */
  void giveUp(Key log) {
    if (lanes != null) {
      lanes.directory().giveUp(log);
      sharing.wake(this);
    }
  }

  /** Returns whether the peer has introduced this log, and nothing of it is here yet. */
  boolean introduced(Key log) {
    return lanes != null && lanes.directory().introduced(log);
  }

  /** There is something of a log here now. */
  void cameHere(Shared shared) {
    if (lanes != null) {
      lanes.directory().cameHere(shared);
      sharing.wake(this);
    }
  }

  @Override
  public @Nullable ByteBuffer nextBytes(long nowNanos) {
    ByteBuffer bytes = stream.nextBytes();
    Lanes open = lanes;
    if (bytes == null && open != null && end == null) {
      guarded(nowNanos, () -> fill(open, nowNanos));
      bytes = stream.nextBytes();
      sharing.settle(nowNanos);
    }
    return bytes;
  }

  private void fill(Lanes open, long nowNanos) {
    byte[] frame = open.nextFrame(nowNanos);
    if (frame != null) {
      stream.send(ByteBuffer.wrap(frame), nowNanos);
    }
  }

  @Override
  public boolean wantsBytes() {
    return !held && (lanes == null || !lanes.isBehind());
  }

  @Override
  public void onTimeout(long nowNanos) {
    if (end == null) {
      guarded(
          nowNanos,
          () -> {
            stream.onTimeout(nowNanos);
            if (lanes != null) {
              lanes.onTimeout(nowNanos);
            }
          });
      sharing.settle(nowNanos);
    }
  }

  @Override
  public long nextTimeoutNanos() {
    long next = stream.nextTimeoutNanos();
    return lanes == null ? next : Times.earlier(next, lanes.nextTimeoutNanos());
  }

  @Override
  public boolean ended() {
    return end != null;
  }

  @Override
  public void gone(String reason, long nowNanos) {
    end(End.GONE, reason, nowNanos);
    sharing.settle(nowNanos);
  }

  /** Ends this connection because we leave; the driver closes the socket. */
  public void leave(String reason, long nowNanos) {
    end(End.LEFT, reason, nowNanos);
    sharing.settle(nowNanos);
  }

  /** Ends this connection, once; the driver closes the socket. */
  void end(End how, String reason, long nowNanos) {
    if (end != null) {
      return;
    }
    end = how;
    if (how == End.FAULT) {
      LOG.info("connection with {} ended: {}", address, reason);
    } else {
      LOG.debug("connection with {} ended: {}", address, reason);
    }
    sharing.handshakeOver(this);
    sharing.unfinished(countUnfinished(), nowNanos);
    if (lanes != null) {
      lanes.closeAll(nowNanos);
    }
    sharing.removed(this);
    sharing.wake(this);
    listener.ended(how, known.isConnected());
  }

  /** Returns how many bytes of an unfinished message there are more than at the last call. */
  private long countUnfinished() {
    long before = unfinishedBytes;
    unfinishedBytes = end == null ? stream.unfinishedBytes() : 0;
    return unfinishedBytes - before;
  }

  /** Returns whether the encrypted connection is complete, and has not ended. Any thread. */
  public boolean isConnected() {
    return end == null && known.isConnected();
  }

  /** Returns whether messages went both ways. */
  public boolean hasTraffic() {
    return stream.hasTraffic();
  }

  /** Sends an empty message if nothing else waits, so that a dead peer is noticed. */
  public void keepAlive(long nowNanos) {
    if (stream.canSend() && end == null) {
      stream.keepAlive(nowNanos);
      sharing.wake(this);
      sharing.settle(nowNanos);
    }
  }

  /** Returns how many bytes are kept of a message that has begun to arrive. */
  long unfinishedBytes() {
    return unfinishedBytes;
  }

  /** Opens a channel for a log that is new here. */
  void open(Shared shared) {
    if (lanes != null && end == null) {
      lanes.open(shared);
    }
  }

  void forget(Lane lane, long nowNanos) {
    if (lanes != null) {
      lanes.forget(lane, nowNanos);
    }
  }

  /** A lane may have something to send. */
  void ready(Lane lane) {
    if (lanes != null) {
      lanes.ready(lane);
    }
  }

  void wake() {
    wake.run();
  }

  /** Nothing more of a log is asked of this peer. */
  void logTrouble(Log log, String trouble) {
    LOG.info("nothing more of log {} is taken from {}: {}", log.key(), address, trouble);
  }

  /** The peer has another head of this log than before. */
  void headChanged(Key log, RemoteHead head) {
    known.headChanged(log, head);
    sharing.headsChanged(this);
  }

  /** The log is replicated no more, on this connection or any other. */
  void forgotten(Shared shared) {
    if (known.headForgotten(shared.log().key())) {
      sharing.peersChanged();
    }
    if (lanes != null) {
      lanes.directory().knownThere(shared);
    }
    giveUp(shared.log().key());
  }

  /**
   * Returns this peer, if it is connected, with only the heads that are new since the last call.
   */
  Optional<PeerState> takeNews() {
    Optional<PeerState> news = known.takeNews();
    return end == null ? news : Optional.empty();
  }

  /** Returns what is known of the peer, while it is connected. Any thread. */
  Optional<PeerState> peer() {
    return end == null ? known.state() : Optional.empty();
  }

  /** Returns the peer without what it announced, while it is connected. */
  Optional<PeerState> peerWithoutHeads() {
    return end == null ? known.withoutHeads() : Optional.empty();
  }

  private void guarded(long nowNanos, Runnable step) {
    try {
      step.run();
    } catch (PeerFault fault) {
      end(End.FAULT, String.valueOf(fault.getMessage()), nowNanos);
    } catch (RuntimeException | AssertionError bug) {
      LOG.error("connection with {} ended by an error in this library", address, bug);
      end(End.FAULT, "an error in this library", nowNanos);
    }
  }

  /** How a connection ended. */
  public enum End {
    /** The peer broke a protocol, or was silent for too long. */
    FAULT,
    /** It led to ourselves. */
    SELF,
    /** The peer or the network closed it. */
    GONE,
    /** We leave. */
    LEFT
  }

  /** Learns what becomes of a connection. Called on the loop. */
  public interface Listener {
    /** The encrypted connection is complete. */
    default void connected() {}

    /** It has ended, as all do some day. */
    void ended(End how, boolean wasConnected);
  }
}
