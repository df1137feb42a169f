package dev.usernameregistry.net.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.testkit.SeededRandom;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much a node keeps for hosts that have not proven that they receive, and for how long. */
final class ProofsTest {
  private static final Ipv4Address OWN = Ipv4Address.of("20.0.1.1", 49737);
  private static final Ipv4Address HOST = Ipv4Address.of("9.8.7.6", 4444);

  /** How long a question to a host waits for its answer. */
  private static final long ASKED_NANOS = 1_000_000_000L;

  private long nowNanos = 5;
  private final DhtNode node =
      new DhtNode(DhtOptions.bootstrapper(OWN), RequestServer.NONE, new SeededRandom(4), nowNanos);

  ProofsTest() {
    node.start(OWN.port(), 50_000, nowNanos);
    node.onTimeout(nowNanos);
    drain();
  }

  private List<Outgoing.Packet> drain() {
    List<Outgoing.Packet> packets = new ArrayList<>();
    for (Outgoing next; (next = node.nextOutgoing(nowNanos)) != null; ) {
      packets.add((Outgoing.Packet) next);
    }
    return packets;
  }

  /** Has a host send a PING, whose answer is held back; returns what the node sends. */
  private List<Outgoing.Packet> ping(Ipv4Address from, int tid) {
    byte[] ping = Raw.internal(tid, OWN, Request.PING, null);
    node.receive(DhtNode.SERVER_SOCKET, from, ByteBuffer.wrap(ping), nowNanos);
    return drain();
  }

  /** Returns the number of the question that the node asks a host in return for its PING. */
  private int question(Ipv4Address from, int tid) {
    List<Outgoing.Packet> caused = ping(from, tid);
    assertThat(caused).hasSize(1);
    assertThat(Raw.isInternal(caused.get(0).bytes(), Request.PING)).isTrue();
    return Raw.ask(caused.get(0).bytes()).tid();
  }

  /** Has a host answer a question; returns the numbers of the PINGs that are answered then. */
  private List<Integer> answer(Ipv4Address from, int question) {
    byte[] pong = Raw.pong(question, OWN, null);
    node.receive(DhtNode.SERVER_SOCKET, from, ByteBuffer.wrap(pong), nowNanos);
    return drain().stream().map(packet -> Raw.answer(packet.bytes()).tid()).toList();
  }

  @Test
  void aHostHasASecondToAnswer() {
    int question = question(HOST, 1);
    nowNanos += ASKED_NANOS - 1;
    assertThat(answer(HOST, question)).containsExactly(1);

    Ipv4Address late = Ipv4Address.of("9.8.7.5", 4444);
    question = question(late, 2);
    nowNanos += ASKED_NANOS;
    assertThat(answer(late, question)).isEmpty();
    assertThat(answer(late, question(late, 3))).containsExactly(3);
  }

  @Test
  void anAddressIsAskedOnceASecondAndWhatWasHeldForItBeforeIsForgotten() {
    question(HOST, 1);
    nowNanos += ASKED_NANOS - 1;
    assertThat(ping(HOST, 2)).isEmpty();
    nowNanos++;
    assertThat(answer(HOST, question(HOST, 3))).containsExactly(3);
  }

  @Test
  void noMoreThanEightRepliesAreHeldForAnAddress() {
    int question = question(HOST, 0);
    for (int tid = 1; tid < 50; tid++) {
      assertThat(ping(HOST, tid)).isEmpty();
    }
    assertThat(answer(HOST, question))
        .containsExactlyElementsOf(IntStream.range(0, Proofs.HELD_MAX).boxed().toList());
  }

  @Test
  void theAddressAskedLongestAgoGivesWayWhereTooManyAreAsked() {
    int hosts = Proofs.ASKED_MAX + 1;
    List<Integer> questions = new ArrayList<>();
    for (int i = 0; i < hosts; i++) {
      questions.add(question(new Ipv4Address(0x0b000000 | i, 7), i));
    }
    assertThat(answer(new Ipv4Address(0x0b000000, 7), questions.get(0))).isEmpty();
    for (int i = 1; i < hosts; i += 819) {
      assertThat(answer(new Ipv4Address(0x0b000000 | i, 7), questions.get(i))).containsExactly(i);
    }
  }
}
