package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.peering.message.PairMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A relay that joins the streams of two peers, once both have asked for it with one token. */
final class SimulatedBlindRelay implements SimulatedInternet.Receiver {
  private static final int FIRST_ID = 1000;

  private record Side(FakeRelays.Open connection, PairMessage request) {}

  final Ipv4Address address = Ipv4Address.of("5.0.0.5", 5555);
  private final SimulatedInternet internet;
  private final List<Side> sides = new ArrayList<>();
  private final @Nullable Ipv4Address[] peers = new @Nullable Ipv4Address[2];

  /** Datagrams carried so far. */
  int carried;

  SimulatedBlindRelay(SimulatedInternet internet) {
    this.internet = internet;
    internet.plug(address, this);
  }

  /** Takes in a connection of a machine; the second one completes the pair. */
  void accept(SimulatedMachine machine, FakeRelays.Open connection) {
    long now = internet.nowNanos;
    connection.listener.opened(machine.node.requestSocket(), address, now);
    if (connection.sent.isEmpty()) {
      throw new AssertionError("no pair message");
    }
    sides.add(new Side(connection, PairMessage.decode(connection.sent.get(0))));
    if (sides.size() == 2) {
      PairMessage first = sides.get(0).request;
      PairMessage second = sides.get(1).request;
      if (!first.token().equals(second.token()) || first.initiator() == second.initiator()) {
        throw new AssertionError(first + " does not fit " + second);
      }
      for (int i = 0; i < 2; i++) {
        PairMessage asked = sides.get(i).request;
        PairMessage answer = new PairMessage(asked.initiator(), asked.token(), FIRST_ID + i);
        sides.get(i).connection.listener.received(PairMessage.TYPE, answer.encode(), now);
      }
    }
  }

  @Override
  public void receive(int socket, Ipv4Address from, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    in.get();
    int side = in.getInt() - FIRST_ID;
    peers[side] = from;
    Ipv4Address to = peers[1 - side];
    if (to != null) {
      carried++;
      int id = sides.get(1 - side).request.streamId();
      byte[] out = ByteBuffer.allocate(9).put(bytes[0]).putInt(id).putInt(in.getInt()).array();
      internet.inject(new SimulatedInternet.Packet(address, to, out));
    }
  }
}
