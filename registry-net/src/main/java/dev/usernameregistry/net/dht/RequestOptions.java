package dev.usernameregistry.net.dht;

/**
 * How a request is sent. Each try waits one second for the answer.
 *
 * @param retries how often it is sent again, 0 to 10
 * @param socket the socket it leaves from, or {@link #ANY_SOCKET}
 */
public record RequestOptions(int retries, int socket) {
  /** The node decides: the server socket if it is reachable, else the client socket. */
  public static final int ANY_SOCKET = -1;

  /** Three retries, from the socket that the node decides on. */
  public static final RequestOptions DEFAULT = new RequestOptions(3, ANY_SOCKET);

  /**
   * Checks the number of retries.
   *
   * @throws IllegalArgumentException if it is not between 0 and 10
   */
  public RequestOptions {
    if (retries < 0 || retries > 10) {
      throw new IllegalArgumentException(retries + " retries, not between 0 and 10");
    }
  }

  /** Returns these options with another number of retries. */
  public RequestOptions retries(int retries) {
    return new RequestOptions(retries, socket);
  }

  /** Returns these options with another socket. */
  public RequestOptions socket(int socket) {
    return new RequestOptions(retries, socket);
  }
}
