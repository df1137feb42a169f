package dev.usernameregistry.net.dht;

/** Learns of changes of a node's own state. May call the node again. */
public interface DhtListener {
  /** What changed. */
  enum Event {
    /** The first bootstrap ended, whether or not anybody answered. */
    BOOTSTRAPPED,
    /** What others see as our address changed; see {@link DhtNode#natAddress}. */
    ADDRESS_CHANGED,
    /** The server port was found to be open; requests leave from the server socket now. */
    REACHABLE,
    /** The node has an id now and stores for others. */
    PERSISTENT,
    /** The node gave up its id. */
    EPHEMERAL,
    /** The machine slept, or the node was resumed: whatever was known may be old. */
    WOKE_UP,
    /** Nobody answers any more. */
    OFFLINE,
    /** Somebody answers again. */
    ONLINE
  }

  /** Called after the change. */
  void changed(Event event, long nowNanos);
}
