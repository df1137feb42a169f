package dev.usernameregistry.examples.doctor;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;

/** Whether this machine lets a program send a datagram, and hands one over. */
final class UdpCheck implements Check {
  private static final int ANSWER_MILLIS = 2000;
  private static final byte[] TEXT = new byte[1200];
  private static final String ADVICE =
      "let java use UDP in the firewall, sandbox or container of this machine";
  private static final String OFFLINE_ADVICE =
      "switch on its network, or that of the container this program runs in";

  @Override
  public String name() {
    return "udp";
  }

  @Override
  public String doing() {
    return "sending a packet to this machine itself";
  }

  @Override
  public Duration patience() {
    return Duration.ofSeconds(5);
  }

  @Override
  public Finding look() throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    try (DatagramSocket receiving = new DatagramSocket(new InetSocketAddress(loopback, 0));
        DatagramSocket sending = new DatagramSocket(new InetSocketAddress("0.0.0.0", 0))) {
      receiving.setSoTimeout(ANSWER_MILLIS);
      DatagramPacket packet = new DatagramPacket(new byte[TEXT.length + 1], TEXT.length + 1);
      sending.send(
          new DatagramPacket(
              TEXT, TEXT.length, receiving.getLocalAddress(), receiving.getLocalPort()));
      receiving.receive(packet);
      boolean whole = Arrays.equals(Arrays.copyOf(packet.getData(), packet.getLength()), TEXT);
      return whole
          ? Finding.well("packets travel on this machine")
          : Finding.ill("a packet arrived that was not sent", ADVICE);
    } catch (SocketTimeoutException e) {
      return Finding.ill("a packet to this machine itself did not arrive", ADVICE);
    } catch (IOException e) {
      return isAnyInterfaceUp()
          ? Finding.ill("no UDP socket can be used (" + e.getMessage() + ")", ADVICE)
          : Finding.ill("this machine has no network, not even to itself", OFFLINE_ADVICE);
    }
  }

  private static boolean isAnyInterfaceUp() {
    try {
      return NetworkInterface.networkInterfaces().findAny().isPresent();
    } catch (SocketException e) {
      return false; // how the JDK says that there is none with an address
    }
  }
}
