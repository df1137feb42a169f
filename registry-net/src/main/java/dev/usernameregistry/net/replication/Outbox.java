package dev.usernameregistry.net.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What we want to say to one peer to get blocks, and the requests among it that are not answered.
 * Request numbers can be guessed, so an answer to a request that has not left yet is ignored.
 * Otherwise a peer that reads nothing could, by guessed answers, have us queue ever more requests.
 */
final class Outbox {
  /** How long a peer may let us wait for its next answer. */
  private static final long ANSWER_NANOS = 30_000_000_000L;

  private final Runnable ready;
  private final Deque<Message> out = new ArrayDeque<>(1);

  /** Requests that wait to be sent or are on their way, oldest first. */
  private final Map<Long, Asked> asked = new LinkedHashMap<>(2);

  /** How many blocks they ask for. */
  private long blocks;

  private long lastId;

  /** All requests up to this number have left. */
  private long lastSentId;

  /** When the oldest request on its way became the oldest. */
  private long oldestSinceNanos;

  /**
   * Starts empty.
   *
   * @param ready run whenever there is something to send
   */
  Outbox(Runnable ready) {
    this.ready = ready;
  }

  /** Returns the number of the next request, which has to be sent before another is numbered. */
  long nextId() {
    return ++lastId;
  }

  /** Returns the number of the last request. */
  long lastId() {
    return lastId;
  }

  /** Returns the next message to send, or null. */
  @Nullable Message next() {
    Message message = out.poll();
    if (message instanceof Message.Request request) {
      lastSentId = Math.max(lastSentId, request.request().id()); // a check has number 0
    }
    return message;
  }

  /** Returns whether a check, which has number 0, waits to be sent. */
  boolean holdsCheck() {
    return out.stream().anyMatch(message -> isRequest(message, 0));
  }

  private static boolean isRequest(Message message, long id) {
    return message instanceof Message.Request asking && asking.request().id() == id;
  }

  void say(Message message) {
    out.add(message);
    ready.run();
  }

  void send(Asked request, long nowNanos) {
    if (asked.isEmpty()) {
      oldestSinceNanos = nowNanos;
    }
    asked.put(request.request().id(), request);
    blocks += request.blocks();
    say(new Message.Request(request.request()));
  }

  /** Returns the request with this number, which is on its way no more; null if none was sent. */
  @Nullable Asked answered(long id, long nowNanos) {
    if (id > lastSentId) {
      return null;
    }
    if (!asked.isEmpty() && asked.keySet().iterator().next() == id) {
      oldestSinceNanos = nowNanos;
    }
    return remove(id);
  }

  private @Nullable Asked remove(long id) {
    Asked request = asked.remove(id);
    blocks -= request == null ? 0 : request.blocks();
    return request;
  }

  /** Takes a request back, without a word if it was not sent; returns false if there is none. */
  boolean withdraw(long id) {
    if (remove(id) == null) {
      return false;
    }
    if (id > lastSentId) {
      out.removeIf(message -> isRequest(message, id));
    } else {
      say(new Message.Cancel(id));
    }
    return true;
  }

  /** Returns a copy of the requests that are not answered, oldest first. */
  List<Asked> unanswered() {
    return List.copyOf(asked.values());
  }

  /** Forgets all requests and returns them, oldest first. */
  List<Asked> drainAll() {
    List<Asked> all = unanswered();
    asked.clear();
    blocks = 0;
    return all;
  }

  /** Returns how many blocks are asked for and have not come; another request counts as one. */
  long blocks() {
    return blocks;
  }

  boolean isEmpty() {
    return asked.isEmpty();
  }

  /** Gives the oldest request the whole time again. */
  void restart(long nowNanos) {
    oldestSinceNanos = nowNanos;
  }

  /**
   * Returns when a request will have been unanswered for too long, or MAX_VALUE. Peers answer in
   * order, so only what was asked before a request gives it more time: a peer that answers all but
   * one does not keep that one from others.
   */
  long deadlineNanos() {
    return asked.isEmpty() ? Long.MAX_VALUE : oldestSinceNanos + ANSWER_NANOS;
  }
}
