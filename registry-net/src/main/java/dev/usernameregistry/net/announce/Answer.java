package dev.usernameregistry.net.announce;

import dev.usernameregistry.net.dht.IncomingRequest;
import org.jspecify.annotations.Nullable;

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
