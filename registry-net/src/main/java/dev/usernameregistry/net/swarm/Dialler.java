package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.List;

/** Dials peers, with the swarm's key pair. May call back before a call returns. */
public interface Dialler {

  /**
   * Starts to dial.
   *
   * @param relayAddresses where the peer said it can be reached, best first; may be empty
   * @param forceRelay whether to go through the configured relay at once
   */
  Dial dial(
      Key remoteKey,
      List<Ipv4Address> relayAddresses,
      boolean forceRelay,
      DialListener listener,
      long nowNanos);

  /** Returns whether a peer that no hole can be punched to can be dialled through a relay. */
  boolean hasRelay();

  /** A dial under way. */
  interface Dial {
    /**
     * Gives it up, together with a stream that may exist already. The listener need not be called
     * any more; if it is, that is ignored, and a connection destroyed. Not called after the dial
     * has ended, unless both happened before {@link Dialler#dial} returned.
     */
    void abort(long nowNanos);

    /**
     * Gives it up because the peer has dialled us, and sees to it that the peer takes no stream of
     * this dial for the one that stays. The listener is told that it failed once the peer knows, or
     * cannot be expected to answer any more; that is within a few seconds. Called at most once, and
     * not after the dial has ended; {@link #abort} may follow.
     */
    void withdraw(long nowNanos);
  }

  /** Is told once how a dial ended. */
  interface DialListener {
    /** The handshake is done and bytes may flow. */
    void connected(Link link, long nowNanos);

    /**
     * There will be no connection.
     *
     * @param relayHelps whether the peer was heard of, but no hole could be punched through the
     *     NATs between us
     */
    void failed(boolean relayHelps, long nowNanos);
  }
}
