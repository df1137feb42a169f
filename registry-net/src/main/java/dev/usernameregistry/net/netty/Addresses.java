package dev.usernameregistry.net.netty;

import dev.usernameregistry.codec.Ipv4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Turns our addresses into those of the JDK, and back. Keeps the last of each, as many datagrams in
 * a row come from one peer. Event loop only.
 */
final class Addresses {
  private Ipv4Address lastTo = new Ipv4Address(0, 0);
  private InetSocketAddress lastRecipient = inet(lastTo);
  private InetSocketAddress lastSender = lastRecipient;
  private Ipv4Address lastFrom = lastTo;

  InetSocketAddress recipient(Ipv4Address to) {
    if (!to.equals(lastTo)) {
      lastRecipient = inet(to);
      lastTo = to;
    }
    return lastRecipient;
  }

  Ipv4Address from(InetSocketAddress sender) {
    if (!sender.equals(lastSender)) {
      int host = ByteBuffer.wrap(sender.getAddress().getAddress()).getInt();
      lastFrom = new Ipv4Address(host, sender.getPort());
      lastSender = sender;
    }
    return lastFrom;
  }

  private static InetSocketAddress inet(Ipv4Address address) {
    byte[] host = ByteBuffer.allocate(Integer.BYTES).putInt(address.host()).array();
    try {
      return new InetSocketAddress(InetAddress.getByAddress(host), address.port());
    } catch (UnknownHostException e) {
      throw new AssertionError("four bytes are an address", e);
    }
  }
}
