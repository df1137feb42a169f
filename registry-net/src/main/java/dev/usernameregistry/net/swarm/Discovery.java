package dev.usernameregistry.net.swarm;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.util.List;

/**
 * The DHT as far as topics go, with the swarm's key pair and the relay addresses it has at that
 * time.
 */
public interface Discovery {

  /** What a round does at the nodes that keep a topic. Each kind looks the topic up as well. */
  enum Purpose {
    /** Only looks up. */
    LOOKUP,
    /** Announces to the closest nodes. */
    ANNOUNCE,
    /** First takes back old announcements of our key wherever they are met, then announces. */
    CLEAR_AND_ANNOUNCE,
    /** Takes back our announcement wherever it is met. */
    UNANNOUNCE;

    /** Returns whether our key is announced at the end of the round. */
    public boolean announces() {
      return this == ANNOUNCE || this == CLEAR_AND_ANNOUNCE;
    }
  }

  /**
   * Starts one round. The listener is not called before this returns.
   *
   * @param startNodes where to begin, the closest nodes of an earlier round; may be empty
   */
  Round start(
      Key topic,
      Purpose purpose,
      List<Ipv4Address> startNodes,
      RoundListener listener,
      long nowNanos);

  /**
   * Takes back our announcement wherever it is met on the way to the nodes closest to the topic.
   * The round that announced may have been cancelled in the middle.
   *
   * @param startNodes where to begin, as in {@link #start}
   * @param done called once, also if no node answers; perhaps before this returns
   */
  void unannounce(Key topic, List<Ipv4Address> startNodes, Done done, long nowNanos);

  /** A round that was started. */
  interface Round {
    /** Stops asking and announcing. The listener is not called any more. */
    void cancel(long nowNanos);
  }

  /** Is told what a round finds. */
  interface RoundListener {
    /** A node knows this peer. Called for every record, repeated ones and our own too. */
    void found(Key peer, List<Ipv4Address> relayAddresses, long nowNanos);

    /**
     * The round is over, the announcing too. Called once, unless the round was cancelled.
     *
     * @param closestNodes the nodes closest to the topic that answered; empty if none did
     */
    void done(List<Ipv4Address> closestNodes, long nowNanos);
  }
}
