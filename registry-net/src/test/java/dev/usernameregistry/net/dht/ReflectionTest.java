package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rule of {@link Proofs}: traffic that a forged source causes is no longer than its cause. */
final class ReflectionTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Ipv4Address OWN = Ipv4Address.of("20.0.1.1", 49737);
  private static final Ipv4Address VICTIM = Ipv4Address.of("9.8.7.6", 4444);
  private static final Ipv4Address THIRD = Ipv4Address.of("9.9.9.9", 5555);

  private long nowNanos = 5;
  private RequestServer server = RequestServer.NONE;
  private final DhtNode node =
      new DhtNode(
          DhtOptions.bootstrapper(OWN),
          (request, at) -> server.serve(request, at),
          new SeededRandom(4),
          nowNanos);

  ReflectionTest() {
    node.start(OWN.port(), 50_000, nowNanos);
    node.onTimeout(nowNanos);
    for (int i = 0; i < 30; i++) { // a table that makes replies long
      Ipv4Address at = new Ipv4Address(0x15000001 | i << 8, 1000 + i);
      Key id = RoutingTable.idOf(at);
      receive(at, Raw.findNode(i, OWN, id, RoutingTable.idOf(VICTIM)));
      Outgoing.Packet ping = (Outgoing.Packet) Objects.requireNonNull(node.nextOutgoing(nowNanos));
      assertThat(ping.bytes()).hasSize(Proofs.PING_BYTES);
      receive(at, Raw.pong(Raw.ask(ping.bytes()).tid(), OWN, id));
      drain();
    }
    assertThat(node.statistics().tableSize()).isEqualTo(30);
  }

  private void receive(Ipv4Address from, byte[] datagram) {
    node.receive(DhtNode.SERVER_SOCKET, from, ByteBuffer.wrap(datagram), nowNanos);
  }

  private List<Outgoing.Packet> drain() {
    List<Outgoing.Packet> packets = new ArrayList<>();
    for (Outgoing next; (next = node.nextOutgoing(nowNanos)) != null; ) {
      packets.add((Outgoing.Packet) next);
    }
    return packets;
  }

  private static byte @Nullable [] randomBytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return random.nextInt(3) == 0 ? null : bytes;
  }

  private static Key randomKey(Random random) {
    byte[] bytes = new byte[Key.BYTES];
    random.nextBytes(bytes);
    return Key.of(bytes);
  }

  private static byte[] randomRequest(Random random, Ipv4Address from) {
    Key id = random.nextInt(3) == 0 ? RoutingTable.idOf(from) : null;
    byte[] token = random.nextInt(4) == 0 ? randomKey(random).bytes() : null;
    Key target = random.nextInt(3) > 0 ? randomKey(random) : null;
    byte[] value = randomBytes(random, random.nextInt(60));
    boolean internal = random.nextInt(3) > 0;
    return new RpcPacket.Ask(
            random.nextInt(1 << 16), OWN, id, token, internal, random.nextInt(7), target, value)
        .encode();
  }

  /** What an application may do with a request, chosen at random. */
  private static RequestServer anyUse(Random random) {
    return (request, at) -> {
      byte[] value = new byte[random.nextInt(200)];
      switch (random.nextInt(9)) {
        case 0 -> request.reply(value);
        case 1 -> request.replyPlain(value);
        case 2 -> request.replyCloserNodes();
        case 3 -> request.error(16);
        case 4 -> request.replyAs(value, THIRD, DhtNode.SERVER_SOCKET);
        case 5 -> request.replyAs(value, request.from(), DhtNode.CLIENT_SOCKET);
        case 6 -> request.relay(value, THIRD, DhtNode.SERVER_SOCKET);
        case 7 -> {
          return true;
        }
        default -> {
          return false;
        }
      }
      return true;
    };
  }

  @Test
  void eachRequestOfAnUnprovenHostCausesAtMostOnePacketNoLongerThanItself() {
    Random random = new Random(8);
    server = anyUse(random);
    int packets = 0;
    int pings = 0;
    for (int i = 0; i < 50_000; i++) {
      nowNanos += random.nextInt(100_000_000);
      Ipv4Address from = new Ipv4Address(0x0b000000 | random.nextInt(500), 1 + random.nextInt(9));
      byte[] request = randomRequest(random, from);
      receive(from, request);
      List<Outgoing.Packet> caused = drain();
      assertThat(caused).hasSizeLessThanOrEqualTo(1);
      for (Outgoing.Packet packet : caused) {
        assertThat(packet.bytes().length).isLessThanOrEqualTo(request.length);
        assertThat(packet.to().host()).isIn(from.host(), THIRD.host());
        packets++;
        pings += packet.bytes()[0] == RpcPacket.ASK && packet.to().equals(from) ? 1 : 0;
      }
    }
    // the test proves little unless much is answered and much is held back
    assertThat(packets).isGreaterThan(15_000);
    assertThat(pings).isBetween(5_000, packets - 5_000);
  }

  @Test
  void aLongReplyFollowsOnceTheHostHasAnswered() {
    byte[] request = Raw.findNode(77, OWN, null, randomKey(new Random(1)));
    receive(VICTIM, request);
    List<Outgoing.Packet> first = drain();
    assertThat(first).hasSize(1);
    RpcPacket.Ask ping = Raw.ask(first.get(0).bytes());
    assertThat(ping.id()).isNull();
    receive(VICTIM, request); // asked again meanwhile
    assertThat(drain()).isEmpty();
    receive(VICTIM, Raw.pong(ping.tid() + 1 & 0xffff, OWN, null));
    receive(THIRD, Raw.pong(ping.tid(), OWN, null));
    assertThat(drain()).isEmpty();

    receive(VICTIM, Raw.pong(ping.tid(), OWN, null));
    List<Outgoing.Packet> replies = drain();
    assertThat(replies).hasSize(2);
    assertThat(Raw.answer(replies.get(0).bytes()).tid()).isEqualTo(77);
    assertThat(Raw.answer(replies.get(0).bytes()).closerNodes()).hasSize(20);

    nowNanos += SECOND;
    receive(VICTIM.withPort(9), request); // proven by host
    assertThat(drain()).hasSize(1).allMatch(packet -> packet.bytes().length > request.length);
  }

  @Test
  void aForgedPortDoesNotKeepAHostFromProvingItself() {
    byte[] request = Raw.findNode(1, OWN, null, randomKey(new Random(1)));
    for (int port = 1; port < 20; port++) {
      receive(VICTIM.withPort(port), request);
      assertThat(drain()).hasSize(1); // a question that nobody answers
      nowNanos += SECOND / 10;
    }
    receive(VICTIM, request);
    List<Outgoing.Packet> caused = drain();
    assertThat(caused).hasSize(1);
    assertThat(caused.get(0).to()).isEqualTo(VICTIM);
    receive(VICTIM, Raw.pong(Raw.ask(caused.get(0).bytes()).tid(), OWN, null));
    assertThat(drain()).hasSize(1).allMatch(packet -> packet.bytes().length > request.length);
  }

  @Test
  void whatWouldBeTooLongForADatagramIsNotPassedOn() {
    receive(THIRD, Raw.findNode(1, OWN, null, randomKey(new Random(1))));
    receive(THIRD, Raw.pong(Raw.ask(drain().get(0).bytes()).tid(), OWN, null));
    assertThat(drain()).hasSize(1); // proven, so that we pass on with our id
    server =
        (request, at) -> {
          request.relay(Objects.requireNonNull(request.value()), THIRD, DhtNode.SERVER_SOCKET);
          return true;
        };
    receive(VICTIM, Raw.command(2, OWN, null, RoutingTable.idOf(OWN), new byte[1950]));
    assertThat(drain()).hasSize(1);
    byte[] longest = Raw.command(3, OWN, null, RoutingTable.idOf(OWN), new byte[2000]);
    assertThat(longest).hasSizeLessThanOrEqualTo(2048);
    receive(VICTIM, longest);
    assertThat(drain()).allMatch(packet -> packet.bytes().length <= 2048);
  }

  @Test
  void aTokenProvesItsHost() {
    server =
        (request, at) -> {
          request.reply(new byte[100]);
          return true;
        };
    receive(VICTIM, Raw.command(1, OWN, null, RoutingTable.idOf(OWN), new byte[300]));
    byte[] token = Raw.answer(drain().get(0).bytes()).token(); // fits into so long a request
    assertThat(token).isNotNull();
    receive(VICTIM, Raw.command(2, OWN, token, RoutingTable.idOf(OWN), null));
    assertThat(drain()).hasSize(1).allMatch(packet -> packet.bytes().length > 200);
  }

  @Test
  void aProofEndsUnlessItIsRenewed() {
    byte[] request = Raw.findNode(1, OWN, null, randomKey(new Random(1)));
    receive(VICTIM, request);
    receive(VICTIM, Raw.pong(Raw.ask(drain().get(0).bytes()).tid(), OWN, null));
    assertThat(drain()).hasSize(1);

    nowNanos += 20 * 60 * SECOND;
    receive(VICTIM, request);
    List<Outgoing.Packet> both = drain(); // the reply, and the question for a new proof
    assertThat(both).hasSize(2);
    receive(VICTIM, Raw.pong(Raw.ask(both.get(1).bytes()).tid(), OWN, null));
    nowNanos += 20 * 60 * SECOND;
    receive(VICTIM, request);
    assertThat(drain().get(0).bytes().length).isGreaterThan(request.length);

    nowNanos += 31 * 60 * SECOND;
    receive(VICTIM, request);
    assertThat(drain()).hasSize(1).allMatch(packet -> packet.bytes().length == Proofs.PING_BYTES);
  }

  @Test
  void pingNatReachesNothingButTheHostThatAsks() {
    for (int port = 1; port < 65_536; port += 997) {
      nowNanos += SECOND / 10;
      byte[] value = {(byte) port, (byte) (port >>> 8)};
      byte[] request = Raw.internal(port, OWN, Request.PING_NAT, value);
      receive(VICTIM, request);
      List<Outgoing.Packet> caused = drain();
      assertThat(caused).hasSize(1);
      assertThat(caused.get(0).to()).isEqualTo(VICTIM.withPort(port));
      assertThat(caused.get(0).bytes().length).isLessThan(request.length);
      assertThat(Raw.answer(caused.get(0).bytes()).to()).isEqualTo(VICTIM.withPort(port));
    }
    receive(VICTIM, Raw.internal(1, OWN, Request.PING_NAT, new byte[2]));
    receive(VICTIM, Raw.internal(1, OWN, Request.PING_NAT, new byte[1]));
    receive(VICTIM, Raw.internal(1, OWN, Request.PING_NAT, null));
    assertThat(drain()).isEmpty();
  }

  @Test
  void aPingOfAHostWithoutProofIsNotAnsweredWithoutOurId() {
    Ipv4Address other = VICTIM.withPort(VICTIM.port() + 1); // whom we ask meanwhile
    node.request(Request.ping(), other, RequestOptions.DEFAULT, new Ended(), nowNanos);
    assertThat(drain()).hasSize(1);
    receive(VICTIM, Raw.internal(5, OWN, Request.PING, null));
    List<Outgoing.Packet> caused = drain();
    assertThat(caused).hasSize(1);
    assertThat(caused.get(0).bytes()).hasSize(Proofs.PING_BYTES);

    receive(VICTIM, Raw.pong(Raw.ask(caused.get(0).bytes()).tid(), OWN, null));
    List<Outgoing.Packet> pongs = drain();
    assertThat(pongs).hasSize(1);
    RpcPacket.Answer pong = Raw.answer(pongs.get(0).bytes());
    assertThat(pong.tid()).isEqualTo(5);
    assertThat(pong.to()).isEqualTo(VICTIM);
    assertThat(pong.id()).isEqualTo(RoutingTable.idOf(OWN));
  }

  @Test
  void aPingOfWhomWeAskIsAnsweredAtOnce() {
    node.request(Request.ping(), VICTIM, RequestOptions.DEFAULT, new Ended(), nowNanos);
    assertThat(drain()).hasSize(1);
    receive(VICTIM, Raw.internal(5, OWN, Request.PING, null));
    List<Outgoing.Packet> caused = drain();
    assertThat(caused).hasSize(1);
    RpcPacket.Answer pong = Raw.answer(caused.get(0).bytes());
    assertThat(pong.tid()).isEqualTo(5);
    assertThat(pong.id()).isNull();
  }

  @Test
  void twoNodesWithoutProofsOfEachOtherDoNotWaitForEachOther() {
    SimulatedDht dht = new SimulatedDht(3);
    List<SimulatedDht.Node> nodes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Ipv4Address at = dht.freshAddress();
      nodes.add(dht.add(DhtOptions.bootstrapper(at), RequestServer.NONE, at, false));
      nodes.get(i).start();
    }
    dht.run(SECOND);
    Ipv4Address there = nodes.get(1).address;
    for (int socket : new int[] {DhtNode.SERVER_SOCKET, DhtNode.CLIENT_SOCKET}) {
      Ended ended = new Ended();
      RequestOptions once = new RequestOptions(0, socket);
      nodes.get(0).dht.request(Request.ping(), there, once, ended, dht.nowNanos);
      dht.run(SECOND);
      assertThat(ended.reply().id()).isEqualTo(RoutingTable.idOf(there));
      dht.run(31 * 60 * SECOND); // the proofs end
    }
  }

  @Test
  void whatIsKeptForHostsIsBounded() {
    Transport transport = new Transport();
    Proofs proofs = new Proofs(transport, new Random(2));
    for (int i = 0; i < 200_000; i++) {
      Ipv4Address from = new Ipv4Address(i * 7919, 1 + i % 60_000);
      proofs.hold(0, from, new Proofs.Held(0, from, new byte[1000]), i);
      if (i % 2 == 0) {
        proofs.prove(from, i);
      }
      while (transport.next() != null) {
        assertThat(proofs.heldBytes()).isLessThanOrEqualTo(Proofs.HELD_BYTES_MAX + 1000);
      }
    }
    assertThat(proofs.size()).isBetween(Proofs.PROVEN_MAX, Proofs.PROVEN_MAX + Proofs.ASKED_MAX);
    assertThat(proofs.heldBytes()).isBetween(Proofs.HELD_BYTES_MAX - 1000, Proofs.HELD_BYTES_MAX);
  }
}
