package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.log.Log;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How it goes with the addresses that the application named, and who is told. */
class TcpDialsTest {
  private final List<TestPeer> peers = new ArrayList<>();

  @AfterEach
  void closeAll() {
    peers.forEach(TestPeer::close);
  }

  private TestPeer peer(int number) {
    TestPeer peer = new TestPeer(number);
    peers.add(peer);
    return peer;
  }

  @Test
  void connectionToOneselfIsDroppedAndOthersStay() throws IOException {
    TestPeer alice = peer(1);
    TestPeer bob = peer(2).start();
    startOnKnownPort(
        alice,
        own ->
            TcpNetwork.builder()
                .listen("127.0.0.1", own)
                .connect("127.0.0.1", own)
                .connect("127.0.0.1", bob.port())
                .build());
    alice.append("a");
    bob.await(alice.key(), 1);
    assertThat(alice.awaitPeers(1).get(0).registryKey()).contains(bob.key());
  }

  @Test
  void howItStandsWithEachNamedAddressIsTold() throws IOException {
    TestPeer alice = peer(1).start();
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket nobody = TcpNetworkTest.portOfNobody()) {
      TestPeer bob = peer(2);
      TcpNetwork network =
          startOnKnownPort(
              bob,
              own ->
                  TcpNetwork.builder()
                      .listen("127.0.0.1", own)
                      .connect("127.0.0.1", alice.port())
                      .connect("127.0.0.1", nobody.getLocalPort())
                      .connect("127.0.0.1", own)
                      .connect("127.0.0.1", silent.getLocalPort())
                      .build());
      Waiting.until(
          () ->
              network.dials().get(0).connected()
                  && network.dials().get(1).trouble().isPresent()
                  && network.dials().get(2).trouble().isPresent(),
          () -> network.dials().toString());
      List<TcpNetwork.Dial> dials = network.dials();
      assertThat(dials.get(0))
          .isEqualTo(new TcpNetwork.Dial("127.0.0.1:" + alice.port(), true, Optional.empty()));
      assertThat(dials.get(1).trouble()).contains("Connection refused");
      assertThat(dials.get(2).trouble()).contains("it leads to this peer itself");
      assertThat(dials.get(3))
          .isEqualTo(
              new TcpNetwork.Dial("127.0.0.1:" + silent.getLocalPort(), false, Optional.empty()));
      alice.close();
      Waiting.until(
          () -> network.dials().get(0).trouble().isPresent(), () -> network.dials().toString());
      bob.close();
      assertThat(network.dials()).noneMatch(TcpNetwork.Dial::connected);
    }
  }

  @Test
  void aListenerIsToldOfEachAddressWhenItIsReachedAndWhenItIsNot() throws IOException {
    List<TcpNetwork.Dial> told = new CopyOnWriteArrayList<>();
    List<String> toldOn = new CopyOnWriteArrayList<>();
    TestPeer alice = peer(1).start();
    int port = alice.port();
    try (Socket nobody = TcpNetworkTest.portOfNobody()) {
      TestPeer bob = peer(2);
      bob.start(
          TcpNetwork.builder()
              .connect("127.0.0.1", port)
              .connect("127.0.0.1", nobody.getLocalPort())
              .dialListener(
                  dial -> {
                    throw new IllegalStateException("a listener's own bug");
                  })
              .dialListener(
                  dial -> {
                    told.add(dial);
                    toldOn.add(Thread.currentThread().getName());
                  })
              .build());
      TcpNetwork.Dial reached = reached(port);
      TcpNetwork.Dial refused = notReached(nobody.getLocalPort(), "Connection refused");
      Waiting.until(() -> told.containsAll(List.of(reached, refused)), told::toString);

      alice.close();

      TcpNetwork.Dial gone = notReached(port, "the peer has gone");
      Waiting.until(() -> told.contains(gone), told::toString);
      assertThat(told.indexOf(reached)).isLessThan(told.indexOf(gone));
      assertThat(toldOn).allMatch("registry-net-listener-1"::equals);
      bob.close();
      assertThat(TcpNetworkTest.threads()).isEmpty();
    }
  }

  private static TcpNetwork.Dial reached(int port) {
    return new TcpNetwork.Dial("127.0.0.1:" + port, true, Optional.empty());
  }

  private static TcpNetwork.Dial notReached(int port, String why) {
    return new TcpNetwork.Dial("127.0.0.1:" + port, false, Optional.of(why));
  }

  /** What is told of another address later shows that nothing more was on its way. */
  @Test
  void aListenerIsToldOnceWhatIsTheSameAtEachAttempt() throws IOException {
    List<TcpNetwork.Dial> told = new CopyOnWriteArrayList<>();
    TestPeer alice = peer(1).start();
    int port = alice.port();
    try (ServerSocket door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      door.setSoTimeout(20_000);
      TcpNetwork network =
          TcpNetwork.builder()
              .connect("127.0.0.1", port)
              .connect("127.0.0.1", door.getLocalPort())
              .dialListener(told::add)
              .build();
      TestPeer bob = peer(2).start(network);
      for (int attempt = 1; attempt <= 3; attempt++) {
        door.accept().close();
      }
      bob.awaitPeers(1);
      alice.close();
      TcpNetwork.Dial gone = notReached(port, "the peer has gone");
      Waiting.until(() -> told.contains(gone), told::toString);

      TcpNetwork.Dial closed =
          notReached(door.getLocalPort(), "what answers there closed the connection at once");
      assertThat(told.subList(0, told.indexOf(gone)))
          .containsExactlyInAnyOrder(reached(port), closed);
    }
  }

  @Test
  void aListenerMayCloseTheNetwork() throws Exception {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    CountDownLatch started = new CountDownLatch(1);
    TestPeer bob = peer(2);
    try (Socket nobody = TcpNetworkTest.portOfNobody()) {
      bob.start(
          TcpNetwork.builder()
              .connect("127.0.0.1", nobody.getLocalPort())
              .dialListener(
                  dial -> {
                    try {
                      started.await();
                      bob.close();
                      closed.complete(null);
                    } catch (InterruptedException e) {
                      closed.completeExceptionally(e);
                    }
                  })
              .build());
      started.countDown();
      closed.get(60, TimeUnit.SECONDS);
    }
  }

  /** Else a listener and the closing would wait for each other for ever. */
  @Test
  void closingWaitsForAListenerWhichMayStillCallTheNetwork() throws Exception {
    TestPeer bob = new TestPeer(2); // not closed a second time if closing it never ends
    Log notes = bob.create("notes");
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    CompletableFuture<Void> called = new CompletableFuture<>();
    try (Socket nobody = TcpNetworkTest.portOfNobody()) {
      bob.start(
          TcpNetwork.builder()
              .listen("127.0.0.1", 0)
              .connect("127.0.0.1", nobody.getLocalPort())
              .dialListener(
                  dial -> {
                    await(started);
                    entered.countDown();
                    Waiting.until(
                        () -> bob.running().listening().isEmpty(),
                        () -> "not closing: " + bob.running().listening());
                    bob.running().forget(notes);
                    called.complete(null);
                  })
              .build());
      started.countDown();
      await(entered);

      CompletableFuture<Void> closed = CompletableFuture.runAsync(bob::close);

      called.get(20, TimeUnit.SECONDS);
      closed.get(20, TimeUnit.SECONDS);
      assertThat(TcpNetworkTest.threads()).isEmpty();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void howItStandsIsNotToldBeforeTheStart() {
    TcpNetwork network = TcpNetwork.builder().connect("127.0.0.1", 1).build();
    assertThatThrownBy(network::dials).isInstanceOf(IllegalStateException.class);
  }

  /**
   * Starts a peer on a port that is known beforehand: one that was free a moment ago, or another if
   * somebody else has taken it since.
   *
   * @return the network that was started
   */
  private static TcpNetwork startOnKnownPort(TestPeer peer, IntFunction<TcpNetwork> network)
      throws IOException {
    while (true) {
      int port;
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      TcpNetwork started = network.apply(port);
      try {
        peer.start(started);
        return started;
      } catch (UncheckedIOException refused) {
        assertThat(refused).hasCauseInstanceOf(BindException.class);
      }
    }
  }
}
