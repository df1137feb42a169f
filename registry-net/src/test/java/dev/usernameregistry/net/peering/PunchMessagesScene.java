package dev.usernameregistry.net.peering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.announce.PeerRecord;
import dev.usernameregistry.net.dht.DhtNode;
import dev.usernameregistry.net.peering.SimulatedLan.Mapping;
import dev.usernameregistry.net.peering.message.HandshakeMessage;
import dev.usernameregistry.net.peering.message.HandshakeMode;
import dev.usernameregistry.net.peering.message.Noise;
import dev.usernameregistry.net.peering.message.NoisePayload;
import dev.usernameregistry.net.peering.message.NoisePayload.Holepunch;
import dev.usernameregistry.net.peering.message.NoisePayload.Udx;
import dev.usernameregistry.net.peering.message.PairMessage;
import dev.usernameregistry.net.punch.HolepunchMessage;
import dev.usernameregistry.net.punch.NatKind;
import dev.usernameregistry.net.punch.PunchBox;
import dev.usernameregistry.net.punch.PunchPayload;
import dev.usernameregistry.net.punch.PunchRelay;
import dev.usernameregistry.testkit.SeededRandom;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A server behind a NAT, and clients that the test plays, who have done their handshakes with it.
 */
abstract class PunchMessagesScene extends BlindRelayScene {
  static final long SECOND_NANOS = SimulatedInternet.SECOND_NANOS;

  static final Ipv4Address CLIENT = Ipv4Address.of("20.0.0.1", 7);

  /** Behind the server's NAT, as others see it. */
  static final Ipv4Address NEAR = Ipv4Address.of("9.0.0.1", 5);

  static final Ipv4Address LIKE_THE_SERVERS = Ipv4Address.of("192.168.1.9", 7);
  static final Ipv4Address STRANGER = Ipv4Address.of("6.6.6.6", 666);
  static final ListenOptions NO_PUNCH =
      new ListenOptions(Firewall.OPEN, ListenOptions.DEFAULT.relayThrough(), true, false);

  private final SeededRandom random = new SeededRandom(7);
  private @Nullable SimulatedPeer server;

  /** A client, its handshake done, and what it knows by that. */
  final class Client {
    private final Ipv4Address address;
    final Ipv4Address relay = server().listening().relayAddresses().get(0);
    private final byte[] first;
    final Ipv4Address answeredFrom;
    final Holepunch holepunch;
    private final PunchBox box;
    private int round;

    Client(Ipv4Address address, List<Ipv4Address> local) {
      this.address = address;
      NoisePayload payload =
          new NoisePayload(1, 0, NatKind.UNKNOWN, null, local, new Udx(false, 1), null, List.of());
      KeyPair key = Noise.newKeyPair(random);
      Noise.Client noise = new Noise.Client(key, Noise.newKeyPair(random), server().key(), payload);
      this.first = noise.message();
      this.answeredFrom = begin();
      Noise.Agreed agreed = noise.read(HandshakeMessage.decode(last(address)).noise());
      this.holepunch = Objects.requireNonNull(agreed.payload().holepunch());
      this.box = new PunchBox(agreed.holepunchSecret(), random);
    }

    /** Has the relay bring the first message; returns where the answer to that came from. */
    Ipv4Address begin() {
      HandshakeMessage message = new HandshakeMessage(HandshakeMode.FROM_CLIENT, first, null, null);
      internet.inject(RawRequests.handshake(address, relay, 1, target(), message));
      internet.run(SECOND_NANOS / 5);
      return Objects.requireNonNull(HandshakeMessage.decode(last(address)).peerAddress());
    }

    /** Returns a message that asks for nothing but an answer. */
    PunchPayload probing() {
      return payload(PunchPayload.NONE, false, null);
    }

    PunchPayload payload(int error, boolean punching, @Nullable Key remoteToken) {
      List<Ipv4Address> addresses = List.of(address.withPort(0));
      return new PunchPayload(
          error, NatKind.RANDOM, ++round, false, punching, addresses, null, null, remoteToken);
    }

    /** Has a relay of the server's bring a message; returns the answer, or null. */
    @Nullable HolepunchMessage ask(PunchPayload payload) {
      PunchRelay via = holepunch.relays().get(0);
      HolepunchMessage message =
          new HolepunchMessage(
              HolepunchMessage.FROM_CLIENT, holepunch.id(), box.seal(payload), via.peerAddress());
      internet.sent.clear();
      inject(address, via.relayAddress(), target(), message);
      return RawRequests.sentTo(internet, address).isEmpty()
          ? null
          : HolepunchMessage.decode(last(address));
    }

    PunchPayload opened(@Nullable HolepunchMessage answer) {
      return Objects.requireNonNull(box.open(Objects.requireNonNull(answer).payload()));
    }

    /** Has a stranger who says to be a relay bring a message to the node's own socket. */
    List<RawRequests.Read> bring(Ipv4Address client, Key target) {
      return bring(STRANGER, letIn(STRANGER, DhtNode.CLIENT_SOCKET), client, target);
    }

    List<RawRequests.Read> bring(Ipv4Address from, Ipv4Address to, Ipv4Address client, Key target) {
      HolepunchMessage message =
          new HolepunchMessage(
              HolepunchMessage.FROM_RELAY, holepunch.id(), box.seal(probing()), client);
      internet.sent.clear();
      inject(from, to, target, message);
      return RawRequests.sentTo(internet, from);
    }
  }

  final Client near() {
    Client client = new Client(NEAR, List.of(LIKE_THE_SERVERS));
    assertThat(ports()).as("no punch yet").isEqualTo(2);
    return client;
  }

  /** Proves where the client is, and says that it punches; returns the answer to that. */
  static PunchPayload offer(Client client) {
    Key token = client.opened(client.ask(client.probing())).token();
    return client.opened(client.ask(client.payload(PunchPayload.NONE, true, token)));
  }

  /** Has the blind relay that the server proposed join its stream with the client's. */
  final void pair() {
    FakeRelays.Open open = connection(server());
    relay.accept(server().machine, open);
    PairMessage asked = PairMessage.decode(open.sent.get(0));
    PairMessage answer = new PairMessage(asked.initiator(), asked.token(), 1000);
    open.listener.received(PairMessage.TYPE, answer.encode(), internet.nowNanos);
    assertThat(server().accepted).hasSize(1);
    assertThat(server().accepted.get(0).relayed()).isTrue();
  }

  final void listenBehindNat(ListenOptions options) {
    server = behindNat("server", "9.0.0.1", Mapping.CONSISTENT);
    listen(server, options);
  }

  /** Has the server's NAT let in what comes from there; returns where that has to be sent. */
  final Ipv4Address letIn(Ipv4Address from, int socket) {
    SimulatedMachine machine = server().machine;
    Ipv4Address inside = machine.address.withPort(machine.port(socket));
    return Objects.requireNonNull(machine.lan).outbound(inside, from);
  }

  final SimulatedPeer server() {
    return Objects.requireNonNull(server);
  }

  final Key target() {
    return PeerRecord.target(server().key());
  }

  final FakeStreams.Stream stream() {
    return server().machine.streams.streams.values().iterator().next();
  }

  /** Returns the socket that was opened last. */
  final int newest() {
    return server().machine.ports.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  final int ports() {
    return server().machine.ports.size();
  }

  private void inject(Ipv4Address from, Ipv4Address to, Key target, HolepunchMessage message) {
    internet.inject(
        RawRequests.request(from, to, 2, Peering.PEER_HOLEPUNCH, target, message.encode()));
    internet.run(SECOND_NANOS / 2);
  }

  /** Returns the value of the last packet that was sent to an address. */
  final byte[] last(Ipv4Address to) {
    List<RawRequests.Read> read = RawRequests.sentTo(internet, to);
    return Objects.requireNonNull(read.get(read.size() - 1).value());
  }
}
