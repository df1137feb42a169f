package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One node of a DHT on two sockets. Has no thread, socket or clock: the caller brings datagrams and
 * the time, and asks what to send. Not thread-safe; one event loop owns it. Listeners may call back
 * into it.
 */
public final class DhtNode {
  /** The socket on the port that others are to know. */
  public static final int SERVER_SOCKET = 0;

  /** The socket that a firewalled node asks from. */
  public static final int CLIENT_SOCKET = 1;

  /**
   * Counts since the node was made, and how much it holds now.
   *
   * @param packetsSent datagrams of this room, probes included
   * @param packetsReceived requests and replies that could be read
   * @param requestsDropped requests that came faster than their host may send them
   * @param tableSize nodes in the routing table
   * @param inFlight requests that may still be answered
   */
  public record Statistics(
      long packetsSent, long packetsReceived, long requestsDropped, int tableSize, int inFlight) {}

  /** Makes a node that does nothing before {@link #start}. */
  public DhtNode(
      DhtOptions options, RequestServer server, SecureRandom random, long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Begins to bootstrap.
   *
   * @param serverPort the local port of the server socket
   * @param clientPort the local port of the client socket
   */
  public void start(int serverPort, int clientPort, long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Has {@code listener} told of every change from now on. */
  public void addListener(DhtListener listener) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Takes in one datagram; what is no request and no awaited reply is ignored. */
  public void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns what the driver shall do next, or null; ask again after every other call. */
  public @Nullable Outgoing nextOutgoing(long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Acts on every timer due at {@code nowNanos}; harmless to call early. */
  public void onTimeout(long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns when {@link #onTimeout} wants to be called, or {@link Long#MAX_VALUE} for never. */
  public long nextTimeoutNanos() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Asks one node. The listener is never called before this returns. */
  public Request.Sent request(
      Request request,
      Ipv4Address to,
      RequestOptions options,
      ReplyListener listener,
      long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Asks ever closer nodes. The listener is never called before this returns. */
  public Query query(QuerySpec spec, QueryListener listener, long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Has a socket opened on a random port and returns its number, which was never used before. */
  public int openSocket() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Has a socket closed that {@link #openSocket} opened. */
  public void closeSocket(int socket) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Sends bytes as they are. */
  public void send(int socket, Ipv4Address to, byte[] bytes, int ttl) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns whether the first bootstrap has ended, whether or not anybody answered. */
  public boolean isBootstrapped() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns whether the node has no id and stores nothing for others. */
  public boolean isEphemeral() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns whether the server port is taken for closed. */
  public boolean isFirewalled() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns whether others answer; true until shown otherwise. */
  public boolean isOnline() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the address under which strangers can reach the server socket, if there is one. */
  public Optional<Ipv4Address> remoteAddress() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns our host as others see it, and the port if they agree on one, else port 0. */
  public Optional<Ipv4Address> natAddress() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the node's id while it is persistent. */
  public Optional<Key> id() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the socket that the node's own requests leave from now. */
  public int requestSocket() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the local port of the server socket. */
  public int serverPort() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the local port of the client socket. */
  public int clientPort() {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns at most {@code max} nodes of the routing table, the last heard of first. */
  public List<Ipv4Address> nodes(int max) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns at most {@code max} nodes of the routing table near {@code target}, closest first. */
  public List<Ipv4Address> closest(Key target, int max) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Returns the counts. */
  public Statistics statistics() {
    throw new UnsupportedOperationException("not built yet");
  }

  /**
   * Stops timers, ends every request and query (their listeners are told), and ignores what
   * arrives.
   */
  public void suspend(long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }

  /** Goes on after {@link #suspend}: everything known counts as old and is looked up again. */
  public void resume(long nowNanos) {
    throw new UnsupportedOperationException("not built yet");
  }
}
