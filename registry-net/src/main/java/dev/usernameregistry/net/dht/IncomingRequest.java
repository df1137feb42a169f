package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import org.jspecify.annotations.Nullable;

/**
 * A request of a stranger for a command of the application. A token in it has been checked.
 *
 * <p>It is answered at most once, by one of the methods below, now or later; a second answer is the
 * caller's mistake ({@link IllegalStateException}). An answer leaves from the socket on which the
 * request came unless another is named.
 */
public final class IncomingRequest {
  IncomingRequest() {}

  /** Returns the command's number. */
  public int command() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the number that links an answer to this request, 0 to 65,535. */
  public int tid() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns what the request is about, or null. */
  public @Nullable Key target() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the value, or null. */
  public byte @Nullable [] value() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns whether the requester has shown that it receives at its host. */
  public boolean hasToken() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the token, which we gave to the requester's host, or null. */
  public byte @Nullable [] token() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns where the request came from. */
  public Ipv4Address from() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns our address as the requester knows it; not checked. */
  public Ipv4Address to() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the socket on which it came. */
  public int socket() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the requester's id if it sent one that fits its address. */
  public @Nullable Key id() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the asked node's own id, or null while it is not persistent. */
  public @Nullable Key localId() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Answers with a value, a token and closer nodes. */
  public void reply(byte @Nullable [] value) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Answers with a value alone. */
  public void replyPlain(byte @Nullable [] value) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Answers with closer nodes, without a value or a token. */
  public void replyCloserNodes() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Answers with an error and, if there is a target, closer nodes. */
  public void error(int code) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Sends a reply with this request's number to somebody else, or from another socket. */
  public void replyAs(byte[] value, Ipv4Address to, int socket) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Sends a request with this one's number, command and target to somebody else; nothing is
   * awaited.
   */
  public void relay(byte[] value, Ipv4Address to, int socket) {
    throw new UnsupportedOperationException("not built yet");
  }
}
