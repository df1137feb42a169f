package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.mux.Channel;
import dev.usernameregistry.net.mux.Mux;
import dev.usernameregistry.net.mux.MuxEvent;
import dev.usernameregistry.net.mux.Pair;
import dev.usernameregistry.net.replication.Message;
import dev.usernameregistry.net.replication.PageBudget;
import dev.usernameregistry.net.replication.Replication;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import dev.usernameregistry.tree.TreeNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a bad peer does to its own connection is done to no other one, and to no log. */
class HostilePeerTest {
  private static final String REPLICATION = "hypercore/alpha";

  private final TestPeer alice = new TestPeer(1);
  private final TestPeer bob = new TestPeer(2);
  private final List<Attacker> attackers = new ArrayList<>();

  @BeforeEach
  void connectTwoGoodPeers() {
    alice.append("a0", "a1");
    alice.start();
    bob.append("b0");
    bob.start(alice.port());
    bob.await(alice.key(), 2);
    alice.await(bob.key(), 1);
  }

  @AfterEach
  void goodPeersStillTalkAndNothingElseHappened() {
    alice.append("still here");
    assertThat(TestPeer.text(bob.await(alice.key(), 3), 2)).isEqualTo("still here");
    assertThat(bob.running().peers()).hasSize(1);
    assertThat(TestPeer.text(alice.await(bob.key(), 1), 0)).isEqualTo("b0");
    attackers.forEach(Attacker::close);
    alice.close();
    bob.close();
  }

  private Attacker attacker() {
    Attacker attacker = new Attacker(alice.port());
    attackers.add(attacker);
    return attacker;
  }

  @Test
  void otherProtocolIsHungUpOn() throws IOException {
    Attacker attacker = attacker();
    attacker.raw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    attacker.awaitHangUp();
  }

  @Test
  void junkInsteadOfTheHandshakeIsHungUpOn() throws IOException {
    byte[] junk = new byte[35];
    new Random(1).nextBytes(junk);
    junk[0] = 32;
    junk[1] = 0;
    junk[2] = 0;
    Attacker attacker = attacker();
    attacker.raw(junk);
    attacker.awaitHangUp();
  }

  @Test
  void oversizedHandshakeFrameIsHungUpOn() throws IOException {
    Attacker attacker = attacker();
    attacker.raw(new byte[] {-1, -1, -1});
    attacker.awaitHangUp();
  }

  @Test
  void junkBehindTheHandshakeIsHungUpOn() throws IOException {
    byte[] junk = new byte[3 + 100];
    new Random(2).nextBytes(junk);
    junk[0] = 100;
    junk[1] = 0;
    junk[2] = 0;
    Attacker attacker = attacker().handshake();
    attacker.raw(junk);
    attacker.awaitHangUp();
  }

  @Test
  void tooShortFrameBehindTheHandshakeIsHungUpOn() throws IOException {
    Attacker attacker = attacker().handshake();
    attacker.raw(new byte[] {5, 0, 0, 1, 2, 3, 4, 5});
    attacker.awaitHangUp();
  }

  @Test
  void replayedMessageIsHungUpOn() throws IOException {
    Attacker attacker = attacker().handshake();
    attacker.stream.send(ByteBuffer.wrap(alice.key().bytes()), 0);
    byte[] frame = attacker.outgoing();
    attacker.raw(frame);
    attacker.raw(frame);
    attacker.awaitHangUp();
  }

  @Test
  void malformedMuxFrameAfterAnOpenIsHungUpOn() throws IOException {
    Attacker attacker = attacker().handshake();
    attacker.send(open(1, "x", new byte[0]));
    attacker.send(new byte[] {0, 1, -1});
    attacker.awaitHangUp();
  }

  @Test
  void wrongCapabilityIsHungUpOn() throws IOException {
    Attacker attacker = attacker().handshake();
    WireWriter open = open(1, REPLICATION, alice.key().discoveryKey().bytes());
    attacker.send(open.uint(1).raw(new byte[32]));
    attacker.awaitHangUp();
  }

  @Test
  void halfADirectoryHandshakeIsHungUpOn() throws IOException {
    Attacker attacker = attacker().handshake();
    attacker.send(open(1, "usernameregistry/directory", new byte[0]).uint(1).raw(new byte[31]));
    attacker.awaitHangUp();
  }

  @Test
  void millionChannelOpensAreHungUpOn() throws IOException {
    Attacker attacker = attacker().handshake();
    try {
      for (long channel = 1; channel <= 1_000_000; channel += 500) {
        WireWriter batch = new WireWriter(64 * 1024).uint(0).uint(0).uint(0);
        for (long id = channel; id < channel + 500; id++) {
          batch.bytes(new WireWriter().uint(1).uint(id).string("x").uint(0).toByteArray());
        }
        attacker.send(batch);
      }
    } catch (IOException hungUp) {
      // before all of them were sent
    }
    attacker.awaitHangUp();
  }

  @Test
  void wrongProofChangesNothingAndIsToldAsTrouble() throws IOException {
    Attacker attacker = attacker().handshake();
    Mux mux = new Mux(Map.of());
    Log copy = alice.follow(bob.key());
    Channel channel = offer(attacker, mux, copy, 50);
    answerWrongly(attacker, mux, channel);
    Waiting.until(
        () ->
            alice.running().peers().stream()
                .flatMap(peer -> peer.heads().values().stream())
                .anyMatch(head -> head.length() == 50 && head.trouble().isPresent()),
        () -> "peers " + alice.running().peers());
    assertThat(copy.length()).isEqualTo(1);
  }

  /** Opens a channel for a log of which the attacker knows the key, and boasts of its length. */
  private static Channel offer(Attacker attacker, Mux mux, Log log, long length)
      throws IOException {
    byte[] handshake =
        new Replication(log)
            .join(true, attacker.stream.handshakeHash(), new PageBudget())
            .handshake();
    Channel channel = mux.open(new Pair(REPLICATION, log.discoveryKey().bytes()), handshake);
    WireWriter sync = new WireWriter().uint(1 | 2 | 4 | 8).uint(0).uint(length).uint(1);
    channel.send(0, sync.toByteArray());
    channel.send(8, new WireWriter().uint(0).uint(0).uint(length).toByteArray());
    sendFrames(attacker, mux);
    return channel;
  }

  private static void answerWrongly(Attacker attacker, Mux mux, Channel channel)
      throws IOException {
    for (boolean answered = false; !answered; ) {
      ByteBuffer message = attacker.next();
      if (message.remaining() != Key.BYTES) {
        mux.receive(message);
      }
      for (MuxEvent event; (event = mux.nextEvent()) != null; ) {
        if (event instanceof MuxEvent.Received received
            && received.channel() == channel
            && received.type() == 1) {
          ProofRequest request = ProofRequest.decode(received.payload());
          channel.send(3, encoded(new Message.Data(wrong(request))));
          answered = true;
        }
      }
      sendFrames(attacker, mux);
    }
  }

  /** Returns a proof of the right shape, all lies. */
  private static Proof wrong(ProofRequest request) {
    List<TreeNode> nodes = List.of(new TreeNode(3, 7, new byte[32]));
    ProofRequest.Block block = request.block();
    ProofRequest.Upgrade upgrade = request.upgrade();
    return new Proof(
        request.id(),
        request.fork(),
        block == null ? null : new Proof.Block(block.index(), new byte[5], nodes),
        null,
        null,
        upgrade == null
            ? null
            : new Proof.Upgrade(upgrade.start(), upgrade.length(), nodes, List.of(), new byte[68]),
        null);
  }

  private static void sendFrames(Attacker attacker, Mux mux) throws IOException {
    for (byte[] frame; (frame = mux.nextFrame()) != null; ) {
      attacker.send(frame);
    }
  }

  private static byte[] encoded(Message message) {
    WireWriter out = new WireWriter();
    message.encode(out);
    return out.toByteArray();
  }

  private static WireWriter open(long channel, String protocol, byte[] id) {
    return new WireWriter().uint(0).uint(1).uint(channel).string(protocol).bytes(id);
  }
}
