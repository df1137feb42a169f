package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.SwarmStatus.Trouble;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole peers on sockets of loopback that know nothing but a topic. */
class SwarmTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Topic topic = Topic.random(new SecureRandom());
  private final List<TestPeer> peers = new ArrayList<>();
  private LocalDht dht;

  @BeforeEach
  void startDht() throws IOException {
    dht = LocalDht.start();
  }

  @AfterEach
  void closeAll() {
    peers.forEach(TestPeer::close);
    dht.close();
  }

  private Swarm onTopic() {
    return Swarm.onTopic(topic).bootstrap(dht.bootstrap()).port(0);
  }

  private TestPeer start(int number, Swarm swarm) {
    TestPeer peer = new TestPeer(number);
    peers.add(peer);
    peer.append(number + "a", number + "b");
    return peer.start(swarm);
  }

  @Test
  void twoPeersFindEachOtherAndReplicate() {
    TestPeer alice = start(1, onTopic());
    TestPeer bob = start(2, onTopic());
    bob.await(alice.key(), 2);
    alice.await(bob.key(), 2);
    alice.append("later");
    assertThat(TestPeer.text(bob.await(alice.key(), 3), 2)).isEqualTo("later");
  }

  @Test
  void tenPeersAllConnectWithOneConnectionToEach() {
    for (int number = 1; number <= 10; number++) {
      start(number, onTopic());
    }
    for (TestPeer peer : peers) {
      Waiting.until(() -> keys(peer).size() == 9, () -> peer.running().peers().toString());
    }
    for (TestPeer peer : peers) {
      for (TestPeer other : peers) {
        if (other != peer) {
          peer.await(other.key(), 2);
        }
      }
    }
  }

  /** Each comes when those before are together, so that there is a way between any two. */
  @Test
  void inACrowdWhoNeverMeetHaveEachOthersRegistriesFromThoseBetween() {
    for (int number = 1; number <= 8; number++) {
      TestPeer peer = new TestPeer(number).introducing();
      peers.add(peer);
      peer.append(number + "a", number + "b");
      Swarm swarm = onTopic().peersMax(2);
      peer.start(swarm);
      if (number == 1) {
        assertThat(swarm.flush(LONG)).isTrue();
      } else {
        Waiting.until(() -> !keys(peer).isEmpty(), () -> "status " + swarm.status());
      }
    }
    for (TestPeer peer : peers) {
      peers.forEach(other -> peer.await(other.key(), 2));
    }
    assertThat(peers).as("some never met").anyMatch(peer -> keys(peer).size() < 7);
  }

  @Test
  void flushReturnsWhenEveryoneFoundIsConnected() {
    Swarm alices = onTopic();
    TestPeer alice = start(1, alices);
    assertThat(alices.flush(LONG)).isTrue();
    Swarm bobs = onTopic();
    TestPeer bob = start(2, bobs);
    assertThat(bobs.flush(LONG)).isTrue();
    assertThat(bob.running().peers()).hasSize(1);
    assertThat(bobs.status().topics())
        .containsExactly(new SwarmStatus.TopicStatus(topic, true, true, 1));
    assertThat(bobs.status().connections()).isEqualTo(1);
    alice.awaitPeers(1);
    bob.awaitPeers(1);
  }

  @Test
  void whoWaitsIsLetGoWhenTheSwarmCloses() throws Exception {
    Swarm alices = onTopic();
    TestPeer alice = start(1, alices);
    assertThat(alices.flush(LONG)).isTrue();
    dht.close();
    Swarm offline = onTopic();
    TestPeer bob = start(2, offline);
    CompletableFuture<Boolean> flushed =
        CompletableFuture.supplyAsync(() -> offline.flush(Duration.ofHours(1)));
    bob.running().close();
    assertThat(flushed.get(LONG.toSeconds(), TimeUnit.SECONDS)).isFalse();
    assertThat(offline.flush(Duration.ofHours(1))).isFalse();
    assertThat(offline.status().connections()).isZero();
    assertThat(alice.running().peers()).isEmpty();
  }

  @Test
  void aTimeoutMayBeHoweverFarBelowZero() {
    Swarm alices = onTopic();
    start(1, alices);
    Duration least = Duration.ofSeconds(Long.MIN_VALUE);
    assertThatCode(() -> alices.flush(least)).doesNotThrowAnyException();
    assertThatCode(() -> alices.suspend(least)).doesNotThrowAnyException();
    assertThatCode(() -> alices.leave(topic, least)).doesNotThrowAnyException();
  }

  @Test
  void whoIsInterruptedLeavesTheTopicAllTheSameWhenItCloses() {
    Swarm alices = onTopic();
    TestPeer alice = start(1, alices);
    assertThat(alices.flush(LONG)).isTrue();

    Thread.currentThread().interrupt();
    alice.running().close();
    assertThat(Thread.interrupted()).isTrue();

    Swarm bobs = onTopic();
    start(2, bobs);
    assertThat(bobs.flush(LONG)).isTrue();
    assertThat(bobs.status().topics())
        .containsExactly(new SwarmStatus.TopicStatus(topic, true, true, 0));
  }

  @Test
  void aFirewallThatFailsLetsNobodyInAndEndsNothing() {
    TestPeer alice = start(1, onTopic());
    Key aliceKey = alice.identity().publicKey();
    Swarm bobs =
        onTopic()
            .firewall(
                key -> {
                  if (key.equals(aliceKey)) {
                    throw new IllegalStateException("the test's own");
                  }
                  return false;
                });
    TestPeer bob = start(2, bobs);
    TestPeer carol = start(3, onTopic());
    bob.await(carol.key(), 2);
    alice.await(carol.key(), 2);
    assertThat(keys(bob)).doesNotContain(aliceKey);
  }

  @Test
  void whoIsAloneIsToldWhy() {
    Swarm alices = onTopic();
    TestPeer alice = start(1, alices);
    assertThat(alices.flush(LONG)).isTrue();
    assertThat(alices.status().trouble()).contains(Trouble.NOBODY_FOUND);
    TestPeer bob = start(2, onTopic());
    alice.awaitPeers(1);
    assertThat(alices.status().trouble()).isEmpty();
    assertThat(alices.suspend(LONG)).isTrue();
    bob.awaitPeers(0);
    assertThat(alices.status().trouble()).isEmpty();
  }

  @Test
  void whoeverNobodyLetsInIsToldSo() {
    start(1, onTopic().firewall(everybody -> true));
    Swarm bobs = onTopic();
    start(2, bobs);
    awaitTrouble(bobs, Trouble.NOBODY_REACHED);
    assertThat(bobs.status().topics().get(0).peersFound()).isEqualTo(1);
  }

  @Test
  void withoutTheDhtThatIsTheTrouble() {
    dht.close();
    Swarm bobs = onTopic();
    start(1, bobs);
    assertThat(bobs.status().trouble()).isEmpty(); // too early to say
    awaitTrouble(bobs, Trouble.NO_ANSWER);
    Swarm carols = Swarm.onTopic(topic).bootstrap("no.such.host.invalid", 1).host("127.0.0.1");
    start(2, carols);
    awaitTrouble(carols, Trouble.NO_ADDRESS);
  }

  private static void awaitTrouble(Swarm swarm, Trouble wanted) {
    Waiting.until(
        () -> swarm.status().trouble().equals(Optional.of(wanted)),
        () -> swarm.status().toString());
  }

  @Test
  void anUnknownHostIsToldAsWhatItIs() {
    TestPeer alice = new TestPeer(1);
    assertThatThrownBy(() -> onTopic().host("no.such.host.invalid").start(alice))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no.such.host.invalid");
    alice.close();
  }

  private static Set<Key> keys(TestPeer peer) {
    return peer.running().peers().stream()
        .map(each -> each.publicKey())
        .collect(Collectors.toSet());
  }
}
