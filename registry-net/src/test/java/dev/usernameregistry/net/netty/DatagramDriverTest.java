package dev.usernameregistry.net.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.net.netty.Mailbox.Received;
import io.netty.channel.epoll.Epoll;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Machines on sockets of this computer, with each transport that it has. */
final class DatagramDriverTest {
  private static final int SERVER = 0;
  private static final int CLIENT = 1;

  private final List<Mailbox> opened = new ArrayList<>();

  static Stream<Transport> transports() {
    return Stream.of(Transport.values()).filter(t -> t != Transport.EPOLL || Epoll.isAvailable());
  }

  @AfterEach
  void closeAll() {
    opened.forEach(Mailbox::close);
  }

  private Mailbox mailbox(Transport transport) {
    Mailbox mailbox = new Mailbox(transport);
    opened.add(mailbox);
    return mailbox;
  }

  @ParameterizedTest
  @MethodSource("transports")
  void datagramsReachTheMachineWithTheNumberOfTheirSocket(Transport transport) throws Exception {
    Mailbox alice = mailbox(transport);
    int alicePort = alice.bind(SERVER);
    Mailbox bob = mailbox(transport);
    int server = bob.bind(SERVER);
    int client = bob.bind(CLIENT);
    alice.start();
    bob.start();

    alice.send(SERVER, server, "to the server");
    assertThat(bob.next()).isEqualTo(new Received(SERVER, Mailbox.at(alicePort), "to the server"));
    alice.send(SERVER, client, "to the client");
    assertThat(bob.next()).isEqualTo(new Received(CLIENT, Mailbox.at(alicePort), "to the client"));
    bob.send(CLIENT, alicePort, "back");
    assertThat(alice.next()).isEqualTo(new Received(SERVER, Mailbox.at(client), "back"));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void whatCameBeforeTheStartIsNotLost(Transport transport) throws Exception {
    Mailbox early = mailbox(transport);
    early.bind(SERVER);
    early.start();
    Mailbox late = mailbox(transport);
    int port = late.bind(SERVER);
    early.send(SERVER, port, "first");
    early.driver.bind(CLIENT, new InetSocketAddress(Mailbox.HOST, 0)); // "first" has left by now

    late.start();

    assertThat(late.next().text()).isEqualTo("first");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aThousandDatagramsLeaveInOrder(Transport transport) throws Exception {
    Mailbox alice = mailbox(transport);
    alice.bind(SERVER);
    Mailbox bob = mailbox(transport);
    int port = bob.bind(SERVER);
    alice.start();
    bob.start();

    alice.change(() -> IntStream.range(0, 1000).forEach(i -> alice.send(SERVER, port, "" + i)));

    for (int i = 0; i < 1000; i++) {
      assertThat(bob.next().text()).isEqualTo("" + i);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aTimerGoesOffOnceWhenTheMachineWantsItTo(Transport transport) throws Exception {
    Mailbox mailbox = mailbox(transport);
    mailbox.bind(SERVER);
    mailbox.start();
    mailbox.setTimeout(System.nanoTime() + TimeUnit.HOURS.toNanos(1));
    assertThat(mailbox.timeoutCalls()).isZero();

    long soon = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(30);
    mailbox.setTimeout(soon); // sooner after all

    assertThat(mailbox.nextTimeout()).isGreaterThanOrEqualTo(soon);
    assertThat(mailbox.timeoutCalls()).isEqualTo(1);

    mailbox.setTimeout(System.nanoTime()); // once more
    mailbox.nextTimeout();
    assertThat(mailbox.timeoutCalls()).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void socketsAreOpenedAndClosedOnDemand(Transport transport) throws Exception {
    Mailbox alice = mailbox(transport);
    int server = alice.bind(SERVER);
    Mailbox bob = mailbox(transport);
    int bobServer = bob.bind(SERVER);
    alice.start();
    bob.start();
    Set<Integer> ports = new HashSet<>();

    for (int socket = 2; socket < 302; socket++) {
      bob.change(SocketChange.open(socket));
      bob.send(socket, server, "from " + socket);
      Received received = alice.next();
      assertThat(received.text()).isEqualTo("from " + socket);
      assertThat(received.from().hostText()).isEqualTo("127.0.0.1");
      ports.add(received.from().port());

      alice.send(SERVER, received.from().port(), "to " + socket);
      assertThat(bob.next().socket()).isEqualTo(socket);
    }
    assertThat(ports).hasSize(300);

    IntStream.range(2, 302).forEach(socket -> bob.change(SocketChange.close(socket)));
    bob.send(5, server, "from a closed socket");
    bob.send(SERVER, server, "closed");
    assertThat(alice.next().text()).isEqualTo("closed");
    ports.forEach(port -> alice.send(SERVER, port, "to a closed socket"));
    alice.send(SERVER, bobServer, "to an open one");
    assertThat(bob.next().text()).isEqualTo("to an open one");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aPortInUseIsRefusedWithASentence(Transport transport) throws Exception {
    Mailbox first = mailbox(transport);
    int port = first.bind(SERVER);
    Mailbox second = mailbox(transport);

    assertThatThrownBy(() -> second.driver.bind(0, new InetSocketAddress(Mailbox.HOST, port)))
        .isInstanceOf(BindException.class)
        .hasMessageMatching(
            "cannot bind UDP 127.0.0.1:"
                + port
                + ": Address already in use; choose another port, or 0 for any that is free");
    assertThat(second.bind(SERVER)).isNotEqualTo(port); // the number is still free
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aForeignHostIsRefusedWithASentence(Transport transport) throws Exception {
    InetAddress documentation = InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1});
    InetAddress ipv6 = InetAddress.getByAddress(new byte[16]);
    Mailbox mailbox = mailbox(transport);

    assertThatThrownBy(() -> mailbox.driver.bind(0, new InetSocketAddress(documentation, 0)))
        .isInstanceOf(BindException.class)
        .hasMessageContaining("192.0.2.1:0: ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mailbox.driver.bind(0, new InetSocketAddress(ipv6, 0)));
  }

  @ParameterizedTest
  @MethodSource("transports")
  void anErrorOfOneDatagramHarmsNoOther(Transport transport) throws Exception {
    Mailbox alice = mailbox(transport);
    int own = alice.bind(SERVER);
    Mailbox bob = mailbox(transport);
    int port = bob.bind(SERVER);
    alice.start();
    bob.start();
    int nobody = portOfNobody();

    for (int i = 0; i < 10; i++) {
      alice.send(SERVER, nobody, "comes back as an ICMP error");
      alice.send(new DatagramRoute(SERVER, Mailbox.at(0)), new byte[1]); // not a port: EINVAL
      alice.send(SERVER, port, "to bob " + i);
      assertThat(bob.next().text()).isEqualTo("to bob " + i);
      bob.send(SERVER, own, "to alice " + i);
      assertThat(alice.next().text()).isEqualTo("to alice " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aProbeLeavesTheUsualTimeToLiveToOthers(Transport transport) throws Exception {
    Mailbox alice = mailbox(transport);
    alice.bind(SERVER);
    Mailbox bob = mailbox(transport);
    int port = bob.bind(SERVER);
    alice.start();
    bob.start();

    alice.send(SERVER, port, "before");
    alice.send(new DatagramRoute(SERVER, Mailbox.at(port), 5), new byte[] {'p'});
    alice.send(SERVER, port, "after");

    assertThat(List.of(bob.next().text(), bob.next().text(), bob.next().text()))
        .containsExactly("before", "p", "after");
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aDatagramOf2048BytesIsReadWhole(Transport transport) throws Exception {
    Mailbox alice = mailbox(transport);
    alice.bind(SERVER);
    Mailbox bob = mailbox(transport);
    int port = bob.bind(SERVER);
    alice.start();
    bob.start();
    String longest = "x".repeat(2048);

    alice.send(SERVER, port, longest);

    assertThat(bob.next().text()).isEqualTo(longest);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void closingFreesThePortsAndEndsTheThread(Transport transport) throws Exception {
    Mailbox mailbox = mailbox(transport);
    int server = mailbox.bind(SERVER);
    int client = mailbox.bind(CLIENT);
    mailbox.start();
    mailbox.setTimeout(System.nanoTime() + TimeUnit.HOURS.toNanos(1));

    mailbox.close();

    take(server);
    take(client);
    mailbox.awaitEnd();
    mailbox.close();
    mailbox.send(SERVER, server, "too late, and nobody minds");
    assertThatIllegalStateException().isThrownBy(() -> mailbox.bind(2));
  }

  private static void take(int port) throws Exception {
    new DatagramSocket(port, Mailbox.HOST).close();
  }

  private static int portOfNobody() throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, Mailbox.HOST)) {
      return socket.getLocalPort();
    }
  }
}
