package dev.usernameregistry.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A listener of dials that takes longer than things take to change. */
class SlowDialListenerTest {
  private static final byte[] NO_HANDSHAKE = {4, 0, 0, 1, 2, 3, 4};
  private static final String CLOSED = "what answers there closed the connection at once";

  private final List<String> told = new CopyOnWriteArrayList<>();
  private final CountDownLatch slow = new CountDownLatch(1);

  private void hear(TcpNetwork.Dial dial) {
    told.add(dial.trouble().orElse(""));
    try {
      slow.await();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void isToldTheNewestAndNothingElseWaitsForIt() throws IOException {
    TestPeer bob = new TestPeer(2);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout(20_000);
      bob.start(
          TcpNetwork.builder()
              .connect("127.0.0.1", server.getLocalPort())
              .dialListener(this::hear)
              .build());
      server.accept().close();
      Waiting.until(() -> told.size() == 1, told::toString);
      breakProtocol(server);
      server.accept().close();
      try (Socket again = server.accept()) { // so what came of the time before waits to be told
        slow.countDown();
        Waiting.until(() -> told.size() > 1, again::toString);
        assertThat(told).as("not that it broke the protocol").containsExactly(CLOSED, CLOSED);
      }
    } finally {
      slow.countDown();
      bob.close();
    }
  }

  private static void breakProtocol(ServerSocket server) throws IOException {
    try (Socket socket = server.accept()) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(NO_HANDSHAKE);
      assertThat(socket.getInputStream().readAllBytes()).as("until hung up on").isNotEmpty();
    }
  }
}
