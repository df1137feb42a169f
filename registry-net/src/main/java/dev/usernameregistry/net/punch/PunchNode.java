package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;

/**
 * What a punch needs of the node it runs on. Implemented by {@code net.peering} on the DHT node;
 * nothing here waits, and what is sent leaves in the order of the calls.
 */
public interface PunchNode {
  /** Stands for the socket of the node's own requests where a socket number is asked for. */
  int REQUEST_SOCKET = -1;

  /** Returns whether the node thinks that strangers cannot reach it. */
  boolean isFirewalled();

  /** Returns at most {@code max} nodes of the DHT, the most recently seen first. */
  List<Ipv4Address> nodes(int max);

  /** Opens a socket on a random port and returns its number. */
  int openSocket();

  /** Closes a socket that {@link #openSocket} returned. Requests that wait on it may be dropped. */
  void closeSocket(int socket);

  /** Sends the one-byte probe. */
  void probe(int socket, Ipv4Address to, int ttl);

  /** Sends one PING without retries from {@code socket}. */
  void ping(int socket, Ipv4Address node, PingListener listener, long nowNanos);

  /**
   * Sends a PEER_HOLEPUNCH request with retries: mode {@link HolepunchMessage#FROM_CLIENT}, the
   * server's key hash as target and its handshake number.
   */
  void ask(Question question, AnswerListener listener, long nowNanos);

  /**
   * A sealed payload for the server, by way of a relay.
   *
   * @param socket ours, from which the request leaves
   * @param peerAddress where the relay forwards it to
   */
  record Question(int socket, Ipv4Address relay, Ipv4Address peerAddress, byte[] payload) {}

  /** Hears how a ping ended; exactly one call, perhaps none once the socket is closed. */
  interface PingListener {
    /** {@code node} answered and sees the socket as {@code address}. */
    void answered(Ipv4Address node, Ipv4Address address, long nowNanos);

    /** No answer came in time. */
    void timedOut(long nowNanos);
  }

  /** Hears what became of a question; at most one call. */
  interface AnswerListener {
    /**
     * The relay, and no other node, sent a message of mode {@link HolepunchMessage#REPLY}.
     *
     * @param address our socket as the relay sees it
     * @param peerAddress the server as the relay sees it; the relay itself if the message has none
     */
    void answered(Ipv4Address address, Ipv4Address peerAddress, byte[] payload, long nowNanos);

    /** No answer came in time, or one that is no such message. */
    void failed(long nowNanos);
  }
}
