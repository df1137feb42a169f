package dev.usernameregistry.net.mux;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.net.mux.RemoteChannels.RemoteChannel;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries many channels over one stream of frames. Has no thread, socket or clock: the caller
 * brings frames, asks what they mean, and asks what to send. Not thread-safe; one event loop owns
 * it.
 *
 * <p>After each {@link #receive} and each {@link #open} call {@link #nextEvent} until it returns
 * null, then {@link #nextFrame} until that does or enough is on its way. A {@link
 * MalformedMessageException} means that the whole connection has to end; nothing may be asked of
 * this object afterwards.
 */
public final class Mux {
  /** Bytes in the longest message that {@link Channel#send} takes. */
  public static final int PAYLOAD_BYTES_MAX = 0xff_0000;

  /**
   * What may wait to be sent before a peer that does not read is given up: one message and more.
   */
  private static final long QUEUED_BYTES_MAX = PAYLOAD_BYTES_MAX + (4L << 20);

  /** Unanswered opens of one pair by the peer; it needs one. */
  private static final int OPENS_OF_PAIR_MAX = 16;

  private final Map<String, String> aliases;
  private final RemoteChannels remotes = new RemoteChannels();
  private final Map<Pair, Waiting> waiting = new HashMap<>();

  /** Our channels by number - 1; the slot of a free number is stale. */
  private final List<Channel> locals = new ArrayList<>();

  private final Deque<Integer> freeNumbers = new ArrayDeque<>();
  private final Deque<MuxEvent> events = new ArrayDeque<>();
  private final Deque<FrameReader> frames = new ArrayDeque<>();
  private final FrameWriter out = new FrameWriter();

  /** Whether the peer has opened a channel; what does not decode before that is not its mux. */
  private boolean openSeen;

  /**
   * Starts without channels.
   *
   * @param aliases further names of protocols that are understood when a peer opens them, with the
   *     names that we use
   */
  public Mux(Map<String, String> aliases) {
    this.aliases = Map.copyOf(aliases);
  }

  /**
   * Takes in one frame, which is the plaintext of one message of the stream. An empty one is
   * ignored.
   *
   * @param frame not copied, so nobody may change it before {@link #nextEvent} has returned null
   */
  public void receive(ByteBuffer frame) {
    frames.add(new FrameReader(new WireReader(frame)));
  }

  /**
   * Returns what the peer did next, or null if there is no more in the frames received. Reads only
   * as far as it must, so decide about one event before asking for the next.
   *
   * @throws MalformedMessageException if the peer broke the protocol or does not read what is
   *     queued for it
   */
  public @Nullable MuxEvent nextEvent() {
    while (true) {
      MuxEvent event = events.poll();
      if (event == null && frames.isEmpty()) {
        return null;
      }
      if (event == null) {
        readOne(frames.element());
      } else if (!isStale(event)) {
        return event;
      }
    }
  }

  /** Returns whether the peer has ever opened a channel with this number. */
  public boolean hasOpened(long number) {
    return number >= 1 && number <= remotes.count();
  }

  /** Returns the next frame to send, or null; ask again after every other call. */
  public byte @Nullable [] nextFrame() {
    return out.next();
  }

  /** Returns about how much memory waits for {@link #nextFrame}. */
  public long queuedBytes() {
    return out.queuedBytes();
  }

  /**
   * Opens a channel, and pairs it with the longest unanswered open of the same pair by the peer if
   * there is one. {@link MuxEvent.Opened} or {@link MuxEvent.Closed} follows.
   *
   * @param handshake the protocol's own; not copied
   * @throws IllegalStateException if 65,536 channels are open
   */
  public Channel open(Pair pair, byte[] handshake) {
    Channel channel = new Channel(this, pair, takeNumber());
    store(channel);
    out.add(new Item.Open(channel.number, pair, handshake));
    Waiting pairing = waiting.computeIfAbsent(pair, p -> new Waiting());
    RemoteChannel remote = pairing.theirs.poll();
    if (remote == null) {
      pairing.ours.add(channel);
    } else {
      remotes.answered(remote);
      forgetIfDone(pair, pairing);
      join(channel, remote);
    }
    return channel;
  }

  /** Rejects all unanswered opens of {@code pair} by the peer, and drops what came for them. */
  public void reject(Pair pair) {
    Waiting pairing = waiting.get(pair);
    while (pairing != null && !pairing.theirs.isEmpty()) {
      refuse(pairing.theirs.remove());
    }
    if (pairing != null) {
      forgetIfDone(pair, pairing);
    }
  }

  /** Returns of how many pairs an open by either side is not answered. */
  int unansweredPairs() {
    return waiting.size();
  }

  void send(Item.Outgoing message) {
    out.add(message);
  }

  void close(Channel channel) {
    out.add(new Item.Close(channel.number));
    if (channel.isOpen()) {
      remotes.free(channel.remoteNumber);
      freeNumbers.push(channel.number);
    }
    // else its number stays taken until the peer has answered
    channel.become(Channel.State.CLOSED);
  }

  private static boolean isStale(MuxEvent event) {
    if (event instanceof MuxEvent.Received received) {
      return received.channel().isClosed();
    }
    return event instanceof MuxEvent.Opened opened && opened.channel().isClosed();
  }

  private void readOne(FrameReader frame) {
    if (out.queuedBytes() > QUEUED_BYTES_MAX) {
      throw new MalformedMessageException(
          out.queuedBytes() + " bytes wait for a peer that sends but does not read");
    }
    try {
      Item item = frame.next();
      if (item == null) {
        frames.remove();
      } else {
        take(item);
      }
    } catch (MalformedMessageException e) {
      if (openSeen) {
        throw e;
      }
      frames.remove();
    }
  }

  private void take(Item item) {
    if (item instanceof Item.Message message) {
      takeMessage(message);
    } else if (item instanceof Item.Open open) {
      takeOpen(open);
    } else if (item instanceof Item.Reject reject) {
      takeReject(reject.number());
    } else if (item instanceof Item.Close close) {
      takeClose(close.number());
    }
  }

  private void takeMessage(Item.Message message) {
    RemoteChannel remote = remotes.find(message.channel());
    if (remote == null) {
      return;
    }
    if (remote.local == null) {
      remotes.keep(remote, message);
    } else {
      events.add(new MuxEvent.Received(remote.local, message.type(), message.payload()));
    }
  }

  private void takeOpen(Item.Open open) {
    Pair pair = ourName(open.pair());
    RemoteChannel remote = remotes.take(open.number(), pair, open.handshake());
    openSeen = true;
    Waiting pairing = waiting.computeIfAbsent(pair, p -> new Waiting());
    Channel ours = pairing.ours.poll();
    if (ours == null) {
      ask(pair, pairing, remote);
      return;
    }
    forgetIfDone(pair, pairing);
    if (ours.isClosed()) {
      // our close is on its way to the peer
      remotes.free(open.number());
      freeNumbers.push(ours.number);
    } else {
      join(ours, remote);
    }
  }

  private void ask(Pair pair, Waiting pairing, RemoteChannel remote) {
    if (pairing.theirs.size() < OPENS_OF_PAIR_MAX && remotes.await(remote)) {
      pairing.theirs.add(remote);
      events.add(new MuxEvent.Asked(pair, remote.handshake));
    } else {
      forgetIfDone(pair, pairing);
      remotes.free(remote.number);
      out.add(new Item.Reject(remote.number));
    }
  }

  private void takeReject(long number) {
    Channel ours = number < 1 || number > locals.size() ? null : locals.get((int) number - 1);
    Waiting pairing = ours == null ? null : waiting.get(ours.pair());
    if (ours == null || pairing == null || !pairing.ours.remove(ours)) {
      throw new MalformedMessageException("reject of channel " + number + ", which is not waiting");
    }
    forgetIfDone(ours.pair(), pairing);
    freeNumbers.push(ours.number);
    end(ours, true);
  }

  private void takeClose(long number) {
    RemoteChannel remote = remotes.find(number);
    if (remote == null) {
      return;
    }
    if (remote.local == null) {
      Waiting pairing = waiting.get(remote.pair);
      if (pairing == null || !pairing.theirs.remove(remote)) {
        throw new AssertionError("channel " + number + " is neither paired nor waiting");
      }
      forgetIfDone(remote.pair, pairing);
      refuse(remote);
    } else {
      remotes.free(number);
      freeNumbers.push(remote.local.number);
      end(remote.local, false);
    }
  }

  private void end(Channel ours, boolean rejected) {
    if (!ours.isClosed()) {
      ours.become(Channel.State.CLOSED);
      events.add(new MuxEvent.Closed(ours, rejected));
    }
  }

  private void join(Channel ours, RemoteChannel remote) {
    ours.remoteNumber = remote.number;
    ours.become(Channel.State.OPEN);
    events.add(new MuxEvent.Opened(ours, remote.handshake));
    for (Item.Message message : remote.waiting) {
      events.add(new MuxEvent.Received(ours, message.type(), message.payload()));
    }
    remote.pairWith(ours);
  }

  private void refuse(RemoteChannel remote) {
    remotes.answered(remote);
    remotes.free(remote.number);
    out.add(new Item.Reject(remote.number));
  }

  private Pair ourName(Pair pair) {
    String name = aliases.get(pair.protocol());
    return name == null ? pair : new Pair(name, pair.id());
  }

  private int takeNumber() {
    Integer free = freeNumbers.poll();
    if (free != null) {
      return free;
    }
    if (locals.size() == RemoteChannels.CHANNELS_MAX) {
      throw new IllegalStateException(locals.size() + " channels are open");
    }
    return locals.size() + 1;
  }

  private void store(Channel channel) {
    if (channel.number > locals.size()) {
      locals.add(channel);
    } else {
      locals.set(channel.number - 1, channel);
    }
  }

  private void forgetIfDone(Pair pair, Waiting pairing) {
    if (pairing.ours.isEmpty() && pairing.theirs.isEmpty()) {
      waiting.remove(pair);
    }
  }

  /** Unanswered opens of one pair, in order; at most one side has any. */
  private static final class Waiting {
    private final Deque<Channel> ours = new ArrayDeque<>(1);
    private final Deque<RemoteChannel> theirs = new ArrayDeque<>(1);
  }
}
