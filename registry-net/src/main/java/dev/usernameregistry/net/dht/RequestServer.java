package dev.usernameregistry.net.dht;

/** Serves the commands of the application that strangers send to a node. */
public interface RequestServer {
  /** Serves nothing: the node says of each command that it does not know it. */
  RequestServer NONE = (request, nowNanos) -> false;

  /**
   * Takes in a request, to answer it now, later or never.
   *
   * @return false if the command is not served; the node then says so to the requester
   */
  boolean serve(IncomingRequest request, long nowNanos);
}
