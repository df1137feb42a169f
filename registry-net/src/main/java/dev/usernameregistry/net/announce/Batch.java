package dev.usernameregistry.net.announce;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.dht.Reply;
import dev.usernameregistry.net.dht.ReplyListener;
import dev.usernameregistry.net.dht.Request;
import dev.usernameregistry.net.dht.RequestOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** Requests to several nodes at once, and what to do when all of them have ended. */
final class Batch {
  /** What to do with one answer, which may be an error. */
  interface Answered {
    /** An answer to do nothing with. */
    Answered IGNORE = (reply, nowNanos) -> {};

    void replied(Reply reply, long nowNanos);
  }

  /** What to ask of a node that takes it with a token of its own only. */
  interface Signed {
    Request request(byte[] token);
  }

  /** Error: the token is none that the node gave us lately; a good one comes along. */
  private static final int INVALID_TOKEN = 2;

  private final DhtNode node;
  private final List<Request.Sent> sent = new ArrayList<>();
  private int inFlight;
  private int successCount;
  private boolean cancelled;
  private boolean repeating = true;
  private final List<LongConsumer> ended = new ArrayList<>();

  Batch(DhtNode node) {
    this.node = node;
  }

  /** Sends one more request. */
  void send(Request request, Ipv4Address to, Answered answered, long nowNanos) {
    inFlight++;
    ReplyListener listener =
        new ReplyListener() {
          @Override
          public void replied(Reply reply, long nowNanos) {
            successCount += reply.error() == 0 ? 1 : 0;
            answered.replied(reply, nowNanos);
            oneEnded(nowNanos);
          }

          @Override
          public void timedOut(long nowNanos) {
            oneEnded(nowNanos);
          }
        };
    sent.add(node.request(request, to, RequestOptions.DEFAULT, listener, nowNanos));
  }

  /**
   * Sends one more request, to a node that has given us a token; nothing if it gave none. Tokens
   * are good for seconds, and the lookup that brought this one may have lasted longer: with the
   * token of a node that says so it is sent once more.
   */
  void sendWithToken(Signed signed, Reply at, Answered answered, long nowNanos) {
    byte[] token = at.token();
    if (token == null) {
      return;
    }
    Answered first =
        (reply, now) -> {
          byte[] next = reply.error() == INVALID_TOKEN && repeating ? reply.token() : null;
          if (next == null) {
            answered.replied(reply, now);
          } else {
            send(signed.request(next), at.from(), answered, now);
          }
        };
    send(signed.request(token), at.from(), first, nowNanos);
  }

  /** Sends nothing once more. */
  void stopRepeating() {
    repeating = false;
  }

  /** Has {@code then} called once, when no request is in flight: at once, if that is so now. */
  void whenEnded(LongConsumer then, long nowNanos) {
    ended.add(then);
    callIfEnded(nowNanos);
  }

  private void oneEnded(long nowNanos) {
    inFlight--;
    callIfEnded(nowNanos);
  }

  private void callIfEnded(long nowNanos) {
    if (inFlight == 0 && !ended.isEmpty() && !cancelled) {
      List<LongConsumer> waiting = List.copyOf(ended);
      ended.clear();
      sent.clear();
      waiting.forEach(then -> then.accept(nowNanos));
    }
  }

  /** Forgets all requests; nobody is called any more. */
  void cancel(long nowNanos) {
    cancelled = true;
    sent.forEach(request -> request.cancel(nowNanos));
    sent.clear();
  }

  /** Returns how many requests were sent. */
  int size() {
    return sent.size();
  }

  /** Returns how many nodes answered without an error. */
  int successCount() {
    return successCount;
  }
}
