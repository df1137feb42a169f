package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The IPv4 hosts under which a socket of this machine is reached inside its own networks: the one
 * that it is bound to; if it is bound to all, one of each interface that is up and leads out, or
 * loopback if there is none. Looks again after a while, because networks come and go. Loop only.
 */
final class LocalHosts implements Supplier<List<Integer>> {
  private static final Logger LOG = LoggerFactory.getLogger(LocalHosts.class);
  private static final int LOOPBACK = Ipv4Address.of("127.0.0.1", 0).host();
  private static final long LOOK_AGAIN_NANOS = 10_000_000_000L;

  private final InetAddress bound;
  private final LongSupplier nanoTime;
  private List<Integer> hosts = List.of();
  private long lookedNanos;

  LocalHosts(InetAddress bound, LongSupplier nanoTime) {
    this.bound = bound;
    this.nanoTime = nanoTime;
  }

  @Override
  public List<Integer> get() {
    long now = nanoTime.getAsLong();
    if (hosts.isEmpty() || now - lookedNanos > LOOK_AGAIN_NANOS) {
      lookedNanos = now;
      hosts = look();
    }
    return hosts;
  }

  private List<Integer> look() {
    if (!bound.isAnyLocalAddress()) {
      return List.of(host(bound));
    }
    List<Integer> found = new ArrayList<>();
    try {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        if (each.isUp() && !each.isLoopback()) {
          each.inetAddresses()
              .filter(Inet4Address.class::isInstance)
              .findFirst()
              .ifPresent(address -> found.add(host(address)));
        }
      }
    } catch (SocketException e) {
      LOG.debug("the interfaces of this machine cannot be listed", e);
    }
    return found.isEmpty() ? List.of(LOOPBACK) : List.copyOf(found);
  }

  private static int host(InetAddress address) {
    return Ipv4Address.of(address.getHostAddress(), 0).host();
  }
}
