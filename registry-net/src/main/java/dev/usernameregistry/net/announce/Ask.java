package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.IncomingRequest;
import org.jspecify.annotations.Nullable;

/**
 * What a stranger asks of us: the parts of a request that decide the answer.
 *
 * @param token one that we gave to the host of {@code from}, or null
 * @param nodeId our own id
 */
record Ask(
    int command,
    @Nullable Key target,
    byte @Nullable [] token,
    byte @Nullable [] value,
    Ipv4Address from,
    Key nodeId) {

  /** Returns the value, or null if there is none or it is empty. */
  @Override
  public byte @Nullable [] value() {
    return value == null || value.length == 0 ? null : value;
  }

  static Ask of(IncomingRequest request, Key nodeId) {
    return new Ask(
        request.command(),
        request.target(),
        request.token(),
        request.value(),
        request.from(),
        nodeId);
  }

  /** What a stranger gets for a request. */
  sealed interface Answer {
    /** Nothing at all: the request was not what it must be. To the requester we seem to be away. */
    Answer NONE = new Nothing();

    /** That it was done, and nothing else. */
    Answer DONE = new Done();

    /** Gives this answer to {@code request}. */
    void give(IncomingRequest request);

    /** A token, closer nodes, and a value if we have it. */
    record Found(byte @Nullable [] value) implements Answer {
      @Override
      public void give(IncomingRequest request) {
        request.reply(value);
      }
    }

    /** The number of what is wrong, to a request that was in order. */
    record Refused(int error) implements Answer {
      @Override
      public void give(IncomingRequest request) {
        request.error(error);
      }
    }

    /** See {@link #DONE}. */
    record Done() implements Answer {
      @Override
      public void give(IncomingRequest request) {
        request.replyPlain(null);
      }
    }

    /** See {@link #NONE}. */
    record Nothing() implements Answer {
      @Override
      public void give(IncomingRequest request) {}
    }
  }
}
