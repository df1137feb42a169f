package dev.usernameregistry.net.mux;

import dev.usernameregistry.codec.WireReader;

/** What a peer did, as its frames are read. */
public sealed interface MuxEvent {

  /**
   * The peer opened a pair that is not open here. Answer by {@link Mux#open} with the same pair or
   * by {@link Mux#reject}, now or later; until then the channel's messages are kept.
   *
   * @param handshake what the peer said with it; {@link Opened} will repeat it
   */
  record Asked(Pair pair, byte[] handshake) implements MuxEvent {}

  /**
   * Both sides have opened the channel.
   *
   * @param handshake what the peer said with its open
   */
  record Opened(Channel channel, byte[] handshake) implements MuxEvent {}

  /**
   * A message came on an open channel.
   *
   * @param type counted from 0; unknown ones are to be ignored
   * @param payload to be read before the next event is asked for; what follows behind the known
   *     fields is to be ignored
   */
  record Received(Channel channel, long type, WireReader payload) implements MuxEvent {}

  /**
   * The peer closed the channel or did not accept it; nothing can be sent on it any more. The pair
   * may be opened again.
   *
   * @param rejected whether the peer never opened it
   */
  record Closed(Channel channel, boolean rejected) implements MuxEvent {}
}
