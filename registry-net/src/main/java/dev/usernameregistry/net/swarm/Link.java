package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;

/**
 * One encrypted connection. Whoever implements this tells {@link SwarmPolicy#closed} once when it
 * has closed, whoever closed it and why: for every link that {@link SwarmPolicy#accepted} or a
 * {@link Dialler.DialListener} was given.
 */
public interface Link {

  /** Why the policy ends a connection. */
  enum Reason {
    /** Another connection to the same peer is the one that survives. */
    DUPLICATE,
    /**
     * The peer is banned or is ourselves, or we take in no more connections, or none of its host.
     */
    REFUSED,
    /** The swarm is suspended. */
    SUSPENDED,
    /** The swarm is destroyed. */
    DESTROYED
  }

  /** Returns the public key that the peer has proved to hold. */
  Key remoteKey();

  /** Returns where the peer, or the relay that it came through, sends from. */
  Ipv4Address remoteAddress();

  /**
   * Returns whether encrypted messages were both read and written; keep-alives count, the header
   * before the first message does not.
   */
  boolean hasTrafficBothWays();

  /** Sends an empty message, so that a dead connection is noticed. */
  void sendKeepAlive(long nowNanos);

  /**
   * Hands the connection to the application: it is now the one connection to this peer. Called at
   * most once, and never after {@link #destroy}.
   */
  void open(long nowNanos);

  /**
   * Ends the connection without waiting for what is unsent. {@link SwarmPolicy#closed} follows,
   * perhaps before this returns.
   */
  void destroy(Reason reason, long nowNanos);
}
