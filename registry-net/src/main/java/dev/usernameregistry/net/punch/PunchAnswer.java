package dev.usernameregistry.net.punch;

/** Carries a server's answer to one {@link PunchRequest} back to its relay. */
public interface PunchAnswer {
  /**
   * Sends the answer (mode {@link HolepunchMessage#FROM_SERVER}, id 0, the request's peer address).
   * Called at most once for a request, perhaps a few seconds later; never for one that is ignored.
   *
   * @param socket from which it must leave; {@link PunchNode#REQUEST_SOCKET} if any will do
   */
  void send(int socket, byte[] payload);
}
