package dev.usernameregistry.net.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

class RefusalTest {
  private static DatagramSocket unbound() throws SocketException {
    return new DatagramSocket((SocketAddress) null);
  }

  @Test
  void whoHasNoSocketsLeftIsNotToldToNameAnotherAddress() {
    assertThat(
            Refusal.advice(
                InetAddress.getLoopbackAddress(),
                () -> {
                  throw new SocketException("Too many open files");
                }))
        .isEqualTo(
            "this process can open no more sockets: end some, or raise its limit of open files");
  }

  @Test
  void theAddressOfThisMachineWantsAnotherPortAndThatOfAnotherAnotherAddress() throws IOException {
    assertThat(Refusal.advice(InetAddress.getLoopbackAddress(), RefusalTest::unbound))
        .contains("another port");
    assertThat(
            Refusal.advice(
                InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, 1}), RefusalTest::unbound))
        .contains("an address of this machine");
  }
}
