package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.punch.ClientPunch;
import dev.usernameregistry.net.punch.ServerPunch;

/** A punch of either side, as the node's sockets and the clock see it. */
interface Punch {
  boolean owns(int socket);

  void probe(int socket, Ipv4Address from, long nowNanos);

  void onTimeout(long nowNanos);

  long nextTimeoutNanos();

  boolean isDone();

  static Punch of(ClientPunch punch) {
    return new Punch() {
      @Override
      public boolean owns(int socket) {
        return punch.owns(socket);
      }

      @Override
      public void probe(int socket, Ipv4Address from, long nowNanos) {
        punch.probe(socket, from, nowNanos);
      }

      @Override
      public void onTimeout(long nowNanos) {
        punch.onTimeout(nowNanos);
      }

      @Override
      public long nextTimeoutNanos() {
        return punch.nextTimeoutNanos();
      }

      @Override
      public boolean isDone() {
        return punch.isDone();
      }
    };
  }

  static Punch of(ServerPunch punch) {
    return new Punch() {
      @Override
      public boolean owns(int socket) {
        return punch.owns(socket);
      }

      @Override
      public void probe(int socket, Ipv4Address from, long nowNanos) {
        punch.probe(socket, from, nowNanos);
      }

      @Override
      public void onTimeout(long nowNanos) {
        punch.onTimeout(nowNanos);
      }

      @Override
      public long nextTimeoutNanos() {
        return punch.nextTimeoutNanos();
      }

      @Override
      public boolean isDone() {
        return punch.isDone();
      }
    };
  }
}
