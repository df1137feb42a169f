package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which addresses mean something to whom; hosts as in {@link Ipv4Address#host}. */
final class Hosts {
  private Hosts() {}

  /** Returns whether {@code host} is of a network that is not joined to the internet. */
  static boolean isPrivate(int host) {
    return in(host, 10, 0, 8)
        || in(host, 100, 64, 10)
        || in(host, 127, 0, 8)
        || in(host, 169, 254, 16)
        || in(host, 172, 16, 12)
        || in(host, 192, 168, 16);
  }

  /** Returns whether {@code host} is of a range that no machine has. */
  static boolean isReserved(int host) {
    return in(host, 0, 0, 8)
        || in(host, 192, 0, 24)
        || host >>> 8 == 0xc00002
        || in(host, 198, 18, 15)
        || host >>> 8 == 0xc63364
        || host >>> 8 == 0xcb0071
        || host >>> 28 >= 0xe;
  }

  /** Returns the first address that a stranger can send to, or {@code otherwise}. */
  static Ipv4Address firstPublic(List<Ipv4Address> addresses, Ipv4Address otherwise) {
    for (Ipv4Address address : addresses) {
      if (!isPrivate(address.host()) && !isReserved(address.host())) {
        return address;
      }
    }
    return otherwise;
  }

  /**
   * Returns which of {@code theirs} is probably in the same network as one of {@code ours}: the
   * first one whose first three numbers are equal, else one with two, else one with one, else null.
   */
  static @Nullable Ipv4Address match(List<Ipv4Address> ours, List<Ipv4Address> theirs) {
    Ipv4Address best = null;
    int bestEqual = 0;
    for (Ipv4Address own : ours) {
      for (Ipv4Address their : theirs) {
        int equal = Math.min(3, Integer.numberOfLeadingZeros(own.host() ^ their.host()) / 8);
        if (equal > bestEqual) {
          best = their;
          bestEqual = equal;
        }
      }
      if (bestEqual == 3) {
        return best;
      }
    }
    return best;
  }

  private static boolean in(int host, int first, int second, int bits) {
    return (host ^ (first << 24 | second << 16)) >>> (32 - bits) == 0;
  }
}
