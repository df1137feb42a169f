package dev.usernameregistry.net.peering;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.peering.message.PairMessage;
import java.util.ArrayList;
import java.util.List;

/** Connections to blind relays whose other end is the test. */
final class FakeRelays implements BlindRelays {
  /** One connection. */
  static final class Open implements Connection {
    final Key relay;
    final Listener listener;
    final List<byte[]> sent = new ArrayList<>();
    boolean closed;

    private Open(Key relay, Listener listener) {
      this.relay = relay;
      this.listener = listener;
    }

    @Override
    public void send(int type, byte[] message, long nowNanos) {
      if (closed || type != PairMessage.TYPE) {
        throw new AssertionError("type " + type + ", closed " + closed);
      }
      sent.add(message);
    }

    @Override
    public void close(long nowNanos) {
      closed = true;
    }
  }

  final List<Open> connections = new ArrayList<>();

  @Override
  public Connection connect(Key relay, Listener listener, long nowNanos) {
    Open open = new Open(relay, listener);
    connections.add(open);
    return open;
  }
}
