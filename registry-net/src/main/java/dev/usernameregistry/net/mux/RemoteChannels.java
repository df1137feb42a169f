package dev.usernameregistry.net.mux;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The channels that the peer has opened, by the peer's numbers. A number is free, unanswered or
 * paired with a channel of ours.
 */
final class RemoteChannels {
  /** Largest number that a peer may use. */
  static final int CHANNELS_MAX = 1 << 16;

  /** Bytes that may wait for our answers, opens and messages: of 2,048 channels at most. */
  static final int WAITING_BYTES_MAX = 1 << 20;

  /** What a waiting open or message costs beside what it carries. */
  private static final int MESSAGE_BYTES = 512;

  /** Entry n - 1 is the peer's channel n; null if that number is free. */
  private final List<@Nullable RemoteChannel> channels = new ArrayList<>();

  private long waitingBytes;

  /**
   * Takes a number into use.
   *
   * @throws MalformedMessageException if it is in use, or neither free nor the next one
   */
  RemoteChannel take(long number, Pair pair, byte[] handshake) {
    if (number < 1 || number > channels.size() + 1L || number > CHANNELS_MAX) {
      throw new MalformedMessageException(
          "open of channel " + number + ", at most " + (channels.size() + 1L) + " may be next");
    }
    if (number == channels.size() + 1L) {
      channels.add(null);
    }
    if (find(number) != null) {
      throw new MalformedMessageException("open of channel " + number + ", which is open");
    }
    RemoteChannel channel = new RemoteChannel((int) number, pair, handshake);
    channels.set((int) number - 1, channel);
    return channel;
  }

  /** Returns the peer's channel {@code number}, or null if it is not in use. */
  @Nullable RemoteChannel find(long number) {
    return number < 1 || number > channels.size() ? null : channels.get((int) number - 1);
  }

  /** Returns how many numbers the peer has used so far; they are the first ones. */
  int count() {
    return channels.size();
  }

  /** Frees the number of a channel that is answered. */
  void free(long number) {
    channels.set((int) number - 1, null);
  }

  /** Notes that the channel waits for our answer; returns false if too much does already. */
  boolean await(RemoteChannel channel) {
    int bytes = MESSAGE_BYTES + channel.pair.bytes() + channel.handshake.length;
    if (waitingBytes + bytes > WAITING_BYTES_MAX) {
      return false;
    }
    channel.waitingBytes = bytes;
    waitingBytes += bytes;
    return true;
  }

  /** Keeps a message until the channel is answered. */
  void keep(RemoteChannel channel, Item.Message message) {
    int bytes = MESSAGE_BYTES + message.payload().remaining();
    if (waitingBytes + bytes > WAITING_BYTES_MAX) {
      throw new MalformedMessageException(
          (waitingBytes + bytes)
              + " bytes for channels that are not answered, at most "
              + WAITING_BYTES_MAX);
    }
    channel.waitingBytes += bytes;
    waitingBytes += bytes;
    // a copy, so that a small message does not keep a large frame alive
    WireReader payload = new WireReader(message.payload().raw());
    channel.waiting.add(new Item.Message(message.channel(), message.type(), payload));
  }

  /** Notes that a channel that waited does not wait any more. */
  void answered(RemoteChannel channel) {
    waitingBytes -= channel.waitingBytes;
  }

  /** One channel of the peer. */
  static final class RemoteChannel {
    private static final byte[] NOTHING = {};

    final int number;

    /** What it is for; equal to that of our channel, and the same object, once it is paired. */
    Pair pair;

    /** What the peer said with its open; empty once the channel is paired. */
    byte[] handshake;

    /** What came before our answer. */
    final List<Item.Message> waiting = new ArrayList<>(0);

    /** What open and messages cost while they wait. */
    private long waitingBytes;

    /** Our channel; null before our answer. */
    @Nullable Channel local;

    RemoteChannel(int number, Pair pair, byte[] handshake) {
      this.number = number;
      this.pair = pair;
      this.handshake = handshake;
    }

    /** It is answered by a channel of ours. What came with it and before is kept no more. */
    void pairWith(Channel ours) {
      local = ours;
      pair = ours.pair();
      handshake = NOTHING;
      waiting.clear();
    }
  }
}
