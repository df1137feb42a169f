package dev.usernameregistry.net.peering;

/** Why a dial led to no connection. */
public enum DialFailure {
  /** No node that was asked knows a way to the peer. */
  PEER_NOT_FOUND("no node knows a way to the peer", false),
  /** Nodes know a way to the peer, but none of them brought an answer of it. */
  PEER_CONNECTION_FAILED("no relay brought an answer of the peer", false),
  /** All answers were forged or could not be read, or the key is none that a peer can have. */
  HANDSHAKE_INVALID("the handshake was not answered by the owner of the key", false),
  /** The peer speaks another version. */
  SERVER_INCOMPATIBLE("the peer speaks another version of the handshake", false),
  /** The peer answered that it will not connect. */
  SERVER_ERROR("the peer refused the connection", false),
  /** The peer said that it would send, or could be sent to, and no packet of it came. */
  PEER_SILENT("the peer did not send its first packet in time", true),
  /** The peer's address in our own network did not answer, and there is no other way. */
  LAN_UNREACHABLE("the peer's local address did not answer", true),
  /** Neither side can be reached, and one of them does not punch. */
  CANNOT_HOLEPUNCH("neither side can be reached and one of them does not punch", true),
  /** A punch was given up. */
  HOLEPUNCH_ABORTED("the punch through the NATs was given up", true),
  /** A relay did not answer during a punch, or a side did not find out about its NAT in time. */
  HOLEPUNCH_PROBE_TIMEOUT("the kind of NAT could not be found out in time", false),
  /** A relay brought something else than the peer's answer during a punch. */
  HOLEPUNCH_INVALID("an answer during the punch was not the peer's", false),
  /** Both sides are behind NATs that cannot be punched together. */
  HOLEPUNCH_DOUBLE_RANDOMIZED_NATS("both sides are behind NATs with random ports", true),
  /** The peer named no address to punch to. */
  REMOTE_NOT_HOLEPUNCHABLE("the peer named no address that can be punched to", true),
  /** The peer did not punch although it was asked to. */
  REMOTE_NOT_HOLEPUNCHING("the peer did not punch", false),
  /** The peer gave the punch up. */
  REMOTE_ABORTED("the peer gave the punch up", false),
  /** The blind relay did not join the two streams in time. */
  RELAY_ABORTED("the blind relay did not join the streams", false),
  /** The peer has dialled us meanwhile, and that connection is used. */
  OVERTAKEN("the peer's own connection is used", false),
  /** The search for the peer took too long as a whole. */
  TIMED_OUT("the peer was not found in time", false);

  private final String sentence;
  private final boolean relayHelps;

  DialFailure(String sentence, boolean relayHelps) {
    this.sentence = sentence;
    this.relayHelps = relayHelps;
  }

  /** Returns the reason in words. */
  public String sentence() {
    return sentence;
  }

  /** Returns whether the peer was heard of, so that a dial through a blind relay may succeed. */
  public boolean relayHelps() {
    return relayHelps;
  }
}
