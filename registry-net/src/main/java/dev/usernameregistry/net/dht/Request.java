package dev.usernameregistry.net.dht;

import dev.usernameregistry.crypto.Key;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of one node.
 *
 * @param internal whether {@code command} is one of this room's own or one of the application's
 * @param target what closer nodes are wanted for; without one a reply has none
 * @param token what that node gave us before, {@value Tokens#BYTES} bytes
 * @param value at most {@value #VALUE_BYTES_MAX} bytes, so that the packet is not fragmented
 */
@SuppressWarnings("ArrayRecordComponent") // bytes that pass through; compared by nobody
public record Request(
    boolean internal,
    int command,
    @Nullable Key target,
    byte @Nullable [] token,
    byte @Nullable [] value) {
  /** Longest value of a request. */
  public static final int VALUE_BYTES_MAX = 1100;

  /** Internal command: are you there? */
  static final int PING = 0;

  /** Internal command: answer to another port of this host. */
  static final int PING_NAT = 1;

  /** Internal command: which nodes do you know close to a target? */
  static final int FIND_NODE = 2;

  /** Internal command: a node that you named did not answer me. */
  static final int DOWN_HINT = 3;

  /** Internal command: answer later. */
  static final int DELAYED_PING = 4;

  /**
   * Checks the lengths.
   *
   * @throws IllegalArgumentException if one is not kept
   */
  public Request(
      boolean internal,
      int command,
      @Nullable Key target,
      byte @Nullable [] token,
      byte @Nullable [] value) {
    if (command < 0) {
      throw new IllegalArgumentException("command " + command + " is negative");
    }
    if (token != null && token.length != Tokens.BYTES) {
      throw new IllegalArgumentException(
          "a token has " + Tokens.BYTES + " bytes, got " + token.length);
    }
    if (value != null && value.length > VALUE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a value of " + value.length + " bytes, at most " + VALUE_BYTES_MAX);
    }
    this.internal = internal;
    this.command = command;
    this.target = target;
    this.token = token;
    this.value = value;
  }

  /** A sign of life; any node answers. */
  public static Request ping() {
    return new Request(true, PING, null, null, null);
  }

  /** A command of the application about a target. */
  public static Request of(int command, Key target) {
    return new Request(false, command, target, null, null);
  }

  /** Returns this request with the token that the asked node gave us. */
  public Request token(byte @Nullable [] token) {
    return new Request(internal, command, target, token, value);
  }

  /** Returns this request with a value. */
  public Request value(byte @Nullable [] value) {
    return new Request(internal, command, target, token, value);
  }

  /** A request that was sent and may be answered. */
  public interface Sent {
    /** Forgets the request: its listener is not called any more. Harmless after the end. */
    void cancel(long nowNanos);
  }
}
