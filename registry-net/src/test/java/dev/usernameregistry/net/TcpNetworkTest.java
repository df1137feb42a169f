package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.LogNetwork;
import dev.usernameregistry.PeerState;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.memory.MemoryStorage;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whole peers in one process, over sockets of this machine. */
class TcpNetworkTest {
  private final List<TestPeer> peers = new ArrayList<>();

  @AfterEach
  void closeAll() {
    peers.forEach(TestPeer::close);
  }

  private TestPeer peer(int number) {
    return keep(new TestPeer(number));
  }

  private TestPeer keep(TestPeer peer) {
    peers.add(peer);
    return peer;
  }

  @Test
  void bothSidesGetAllBlocksOfTheOther() {
    TestPeer alice = peer(1);
    alice.append(TestPeer.numbered("a", 1000));
    alice.start();
    TestPeer bob = peer(2);
    bob.append(TestPeer.numbered("b", 1000));
    bob.start(alice.port());
    assertThat(TestPeer.text(alice.await(bob.key(), 1000), 999)).isEqualTo("b999");
    assertThat(TestPeer.text(bob.await(alice.key(), 1000), 0)).isEqualTo("a0");
  }

  @Test
  void appendsArriveLiveInBothDirections() {
    TestPeer alice = peer(1).start();
    TestPeer bob = peer(2).start(alice.port());
    for (int length = 1; length <= 20; length++) {
      alice.append("a" + length);
      bob.append("b" + length);
      alice.await(bob.key(), length);
      bob.await(alice.key(), length);
    }
  }

  @Test
  void peersShowWhoIsConnectedAndWhatTheyAnnounced() {
    TestPeer alice = peer(1);
    alice.append("one", "two");
    alice.start();
    TestPeer bob = peer(2).start(alice.port());
    bob.await(alice.key(), 2);
    PeerState seen = bob.awaitPeers(1).get(0);
    assertThat(seen.publicKey()).isEqualTo(alice.identity().publicKey());
    assertThat(seen.address()).isEqualTo("127.0.0.1:" + alice.port());
    assertThat(seen.initiator()).isTrue();
    assertThat(seen.registryKey()).contains(alice.key());
    assertThat(seen.heads())
        .containsEntry(alice.key(), new PeerState.RemoteHead(2, 0, Optional.empty()));
  }

  @Test
  void thirdPeerLearnsFromTheSecondAfterTheFirstIsGone() {
    TestPeer alice = peer(1);
    alice.append("one", "two", "three");
    alice.start();
    TestPeer bob = peer(2).start(alice.port());
    bob.await(alice.key(), 3);
    alice.close();
    TestPeer carol = peer(3);
    carol.follow(alice.key());
    carol.start(bob.port());
    assertThat(TestPeer.text(carol.await(alice.key(), 3), 2)).isEqualTo("three");
  }

  @Test
  void logThatBecomesKnownLaterIsFetchedOnTheOpenConnection() {
    TestPeer alice = peer(1).start();
    TestPeer bob = peer(2).start(alice.port());
    bob.awaitPeers(1);
    Log notes = alice.create("notes");
    alice.append(notes, "x", "y");
    bob.await(alice.key(), 0);
    bob.follow(notes.key());
    bob.await(notes.key(), 2);
  }

  @Test
  void forgottenLogIsNotServedAnyMore() {
    TestPeer alice = peer(1).start();
    TestPeer bob = peer(2).start(alice.port());
    Log notes = alice.create("notes");
    bob.follow(notes.key());
    alice.append(notes, "x");
    bob.await(notes.key(), 1);
    alice.running().forget(notes);
    alice.append(notes, "y");
    alice.append("marker");
    bob.await(alice.key(), 1);
    assertThat(bob.follow(notes.key()).length()).isEqualTo(1);
    Waiting.until(
        () ->
            bob.running().peers().stream()
                .flatMap(p -> Stream.ofNullable(p.heads().get(notes.key())))
                .anyMatch(head -> head.trouble().isPresent()),
        () -> "peers " + bob.running().peers());
  }

  @Test
  void restartedPeerIsDialledAgainAndCatchesUp() {
    MemoryStorage disk = new MemoryStorage();
    TestPeer alice = keep(new TestPeer(1, disk, true)).start();
    int port = alice.port();
    TestPeer bob = peer(2).start(port);
    alice.append("one");
    bob.await(alice.key(), 1);
    alice.close();
    Waiting.until(() -> bob.running().peers().isEmpty(), () -> "peers " + bob.running().peers());
    bob.append("while away");
    TestPeer again = keep(new TestPeer(1, disk, true));
    again.append("two");
    again.start(TcpNetwork.builder().listen("127.0.0.1", port).build());
    bob.await(alice.key(), 2);
    again.await(bob.key(), 1);
  }

  @Test
  void truncationIsFollowed() throws IOException {
    TestPeer alice = peer(1);
    alice.append(TestPeer.numbered("a", 50));
    alice.start();
    TestPeer bob = peer(2).start(alice.port());
    Log copy = bob.await(alice.key(), 50);
    alice.ownLog().truncate(10);
    alice.append("other");
    Waiting.until(() -> copy.fork() == 1, () -> "fork " + copy.fork());
    bob.await(alice.key(), 11);
    assertThat(TestPeer.text(copy, 10)).isEqualTo("other");
    assertThat(TestPeer.text(copy, 9)).isEqualTo("a9");
  }

  @Test
  void largeValuesArrive() {
    TestPeer alice = peer(1);
    String large = "x".repeat(60 * 1024);
    alice.append(IntStream.range(0, 100).mapToObj(i -> large + i).toArray(String[]::new));
    alice.start();
    TestPeer bob = peer(2).start(alice.port());
    assertThat(TestPeer.text(bob.await(alice.key(), 100), 99)).isEqualTo(large + 99);
  }

  @Test
  void manyLogsShareOneConnection() {
    TestPeer alice = peer(1).start();
    TestPeer bob = peer(2);
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      Log log = alice.create("log " + i);
      alice.append(log, TestPeer.numbered("v", 1 + i % 7));
      keys.add(log.key());
      bob.follow(log.key());
    }
    bob.start(alice.port());
    for (int i = 0; i < keys.size(); i++) {
      bob.await(keys.get(i), 1 + i % 7);
    }
    assertThat(bob.running().peers()).hasSize(1);
  }

  @Test
  void twoConnectionsBetweenTheSamePeersAreHarmless() {
    TestPeer alice = peer(1).start();
    TestPeer bob = peer(2).start(alice.port(), alice.port());
    bob.awaitPeers(2);
    alice.append(TestPeer.numbered("a", 100));
    bob.await(alice.key(), 100);
    bob.append("b");
    alice.await(bob.key(), 1);
  }

  @Test
  void addressInUseIsAnErrorAndNothingIsLeftRunning() throws IOException {
    TestPeer alice = peer(1).start();
    TcpNetwork network = TcpNetwork.builder().listen("127.0.0.1", alice.port()).build();
    assertThatThrownBy(() -> network.start(new TestPeer(2)))
        .isInstanceOf(BindException.class)
        .hasMessage(
            "cannot listen on 127.0.0.1:"
                + alice.port()
                + ": Address already in use; choose another port, or 0 for any that is free");
    assertThatThrownBy(network::dials).isInstanceOf(IllegalStateException.class);
    String address = alice.running().listening().get(0);
    alice.close();
    assertThat(threads()).isEmpty();

    LogNetwork.Running later = network.start(new TestPeer(2));
    assertThat(later.listening()).containsExactly(address);
    later.close();
  }

  @Test
  void anAddressOfAnotherMachineIsAnErrorThatSaysWhatToDo() {
    TcpNetwork network = TcpNetwork.builder().listen("192.0.2.1", 0).build();
    assertThatThrownBy(() -> network.start(new TestPeer(1)))
        .isInstanceOf(BindException.class)
        .hasMessageMatching("cannot listen on 192.0.2.1:0: .*; name an address of this machine.*");
    assertThat(threads()).isEmpty();
  }

  @Test
  void closeLeavesNoThreadAndNoSocket() throws IOException {
    TestPeer alice = peer(1).start();
    int port = alice.port();
    Socket nobody = portOfNobody();
    TestPeer bob = peer(2).start(port, nobody.getLocalPort());
    bob.awaitPeers(1);
    assertThat(threads()).isNotEmpty();
    alice.append(TestPeer.numbered("a", 500));
    bob.close();
    bob.close();
    alice.close();
    assertThat(threads()).isEmpty();
    nobody.close();
    assertThat(bob.running().peers()).isEmpty();
    assertThat(bob.running().listening()).isEmpty();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
        .isInstanceOf(IOException.class);
  }

  /** Returns the names of the threads of all networks of this process, Netty's own among them. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("registry-net") || name.startsWith("globalEventExecutor"))
        .toList();
  }

  /** Takes a port on which nobody listens, so that nobody else does. */
  static Socket portOfNobody() throws IOException {
    Socket taken = new Socket();
    taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return taken;
  }
}
