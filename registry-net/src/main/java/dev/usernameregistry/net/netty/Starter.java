package dev.usernameregistry.net.netty;

import org.jspecify.annotations.Nullable;

/** Decides who speaks over a new connection. Called on the event loop. */
public interface Starter {

  /**
   * A connection was made.
   *
   * @param address "host:port" of the other end
   * @param wake to be called, on the event loop, when the machine has something to send or ended
   *     although nothing was brought to it
   * @return the machine, or null to close the connection
   */
  @Nullable StreamMachine start(String address, Runnable wake, long nowNanos);

  /** No connection was made, and none will be. Only for one that was dialled. */
  default void failed(String reason) {}
}
