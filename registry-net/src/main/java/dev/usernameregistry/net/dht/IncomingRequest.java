package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.dht.Answers.Content;
import org.jspecify.annotations.Nullable;

/**
 * A request of a stranger for a command of the application. A token in it has been checked.
 *
 * <p>It is answered at most once, by one of the methods below, now or later; a second answer is the
 * caller's mistake ({@link IllegalStateException}). An answer leaves from the socket on which the
 * request came unless another is named. What is longer than the request may be held back or dropped
 * until the host that it goes to has proven that it receives what we send; the requester asks again
 * if it matters.
 */
public final class IncomingRequest {
  private final Answers answers;
  private final RpcPacket.Ask packet;
  private final Ipv4Address from;
  private final int socket;
  private final @Nullable Key id;
  private final int bytes;
  private boolean answered;

  IncomingRequest(Answers answers, RpcPacket.Ask packet, Arrival arrival, @Nullable Key id) {
    this.answers = answers;
    this.packet = packet;
    this.from = arrival.from;
    this.socket = arrival.socket;
    this.id = id;
    this.bytes = arrival.bytes;
  }

  /** How and when a datagram came. */
  record Arrival(Ipv4Address from, int socket, int bytes, long nowNanos) {}

  /** Returns the command's number. */
  public int command() {
    return packet.command();
  }

  /** Returns the number that links an answer to this request, 0 to 65,535. */
  public int tid() {
    return packet.tid();
  }

  /** Returns what the request is about, or null. */
  public @Nullable Key target() {
    return packet.target();
  }

  /** Returns the value, or null. */
  public byte @Nullable [] value() {
    return packet.value();
  }

  /** Returns whether the requester has shown that it receives at its host. */
  public boolean hasToken() {
    return packet.token() != null;
  }

  /** Returns the token, which we gave to the requester's host, or null. */
  public byte @Nullable [] token() {
    return packet.token();
  }

  /** Returns where the request came from. */
  public Ipv4Address from() {
    return from;
  }

  /** Returns our address as the requester knows it; not checked. */
  public Ipv4Address to() {
    return packet.to();
  }

  /** Returns the socket on which it came. */
  public int socket() {
    return socket;
  }

  /** Returns the requester's id if it sent one that fits its address. */
  public @Nullable Key id() {
    return id;
  }

  /** Returns the asked node's own id, or null while it is not persistent. */
  public @Nullable Key localId() {
    return answers.localId();
  }

  /** Answers with a value, a token and closer nodes. */
  public void reply(byte @Nullable [] value) {
    once();
    answers.reply(this, new Content(0, value, true, true));
  }

  /** Answers with a value alone. */
  public void replyPlain(byte @Nullable [] value) {
    once();
    answers.reply(this, new Content(0, value, false, false));
  }

  /** Answers with closer nodes, without a value or a token. */
  public void replyCloserNodes() {
    once();
    answers.reply(this, new Content(0, null, false, true));
  }

  /** Answers with an error and, if there is a target, closer nodes. */
  public void error(int code) {
    once();
    answers.reply(this, new Content(code, null, false, true));
  }

  /** Sends a reply with this request's number to somebody else, or from another socket. */
  public void replyAs(byte[] value, Ipv4Address to, int socket) {
    once();
    answers.replyAs(this, value, to, socket);
  }

  /**
   * Sends a request with this one's number, command and target to somebody else; nothing is
   * awaited.
   */
  public void relay(byte[] value, Ipv4Address to, int socket) {
    once();
    answers.relay(this, value, to, socket);
  }

  private void once() {
    if (answered) {
      throw new IllegalStateException("request " + packet.tid() + " is answered already");
    }
    answered = true;
  }

  RpcPacket.Ask packet() {
    return packet;
  }

  int bytes() {
    return bytes;
  }
}
