package dev.usernameregistry.net.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import org.junit.jupiter.api.Test;

final class TransportTest {
  @Test
  void linuxSetsTheTimeToLiveAndFragmentsNothing() throws Exception {
    assumeTrue(Epoll.isAvailable(), () -> "no epoll: " + Epoll.unavailabilityCause());
    DatagramChannel socket = Transport.EPOLL.open();
    try {
      assertThat(option(socket, 2)).as("IP_TTL").isEqualTo(64);
      assertThat(option(socket, 10)).as("IP_MTU_DISCOVER").isEqualTo(3);

      Transport.EPOLL.setTtl(socket, 5);

      assertThat(option(socket, 2)).as("IP_TTL").isEqualTo(5);
    } finally {
      socket.unsafe().closeForcibly();
    }
  }

  @Test
  void epollIsTakenWhereItIs() {
    assertThat(Transport.best()).isEqualTo(Epoll.isAvailable() ? Transport.EPOLL : Transport.NIO);
  }

  private static int option(DatagramChannel socket, int number) {
    return socket.config().getOption(new IntegerUnixChannelOption("an option", 0, number));
  }
}
