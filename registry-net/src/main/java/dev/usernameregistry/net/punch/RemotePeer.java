package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What we know of the other side of a punch. It is the peer's word except for the verified hosts:
 * at those, a token that we sent came back. A peer cannot make us send more than {@link
 * #UNVERIFIED_PROBES_MAX} probes to hosts that it has not proven.
 */
final class RemotePeer {
  /** Addresses that are kept of what the peer names; it has no use for more. */
  static final int ADDRESSES_MAX = 8;

  /** Probes to addresses that may be a stranger's. */
  static final int UNVERIFIED_PROBES_MAX = 16;

  private static final int VERIFIED_HOSTS_MAX = 4;
  private static final int EXPECTED_HOSTS_MAX = 32;

  private final Set<Integer> verifiedHosts = new HashSet<>();
  private final Set<Integer> expectedHosts = new HashSet<>();
  private List<Ipv4Address> addresses = List.of();
  private NatKind kind;
  private boolean punching;
  private int unverifiedProbes;

  RemotePeer(NatKind kind) {
    this.kind = kind;
  }

  /** Takes in what the peer says of itself. */
  void update(PunchPayload payload) {
    kind = payload.firewall();
    punching = payload.punching();
    Set<Ipv4Address> named = new LinkedHashSet<>();
    if (payload.addresses() != null) {
      payload.addresses().stream().limit(ADDRESSES_MAX).forEach(named::add);
    }
    addresses = List.copyOf(named);
    addresses.forEach(this::expect);
  }

  /** Takes in that a token came back that only a receiver at this host can know. */
  void verify(Ipv4Address address) {
    if (verifiedHosts.size() < VERIFIED_HOSTS_MAX) {
      verifiedHosts.add(address.host());
    }
  }

  /** Takes in that the peer may send from this host. */
  void expect(Ipv4Address address) {
    if (expectedHosts.size() < EXPECTED_HOSTS_MAX) {
      expectedHosts.add(address.host());
    }
  }

  /** Returns whether a probe from there may be the peer's. */
  boolean isExpected(Ipv4Address address) {
    return expectedHosts.contains(address.host());
  }

  NatKind kind() {
    return kind;
  }

  boolean isPunching() {
    return punching;
  }

  boolean hasAddresses() {
    return !addresses.isEmpty();
  }

  /** Returns the first address of a verified host, or null. */
  @Nullable Ipv4Address verifiedAddress() {
    return addresses.stream().filter(this::isVerified).findFirst().orElse(null);
  }

  /** Returns where to probe now; unverified addresses only now and then, and only so often. */
  List<Ipv4Address> probed(boolean withUnverified) {
    List<Ipv4Address> probed = new ArrayList<>();
    for (Ipv4Address address : addresses) {
      if (address.port() != 0 && (isVerified(address) || (withUnverified && spendUnverified()))) {
        probed.add(address);
      }
    }
    return probed;
  }

  /** Returns whether one more probe may go to an address that may be a stranger's. */
  boolean spendUnverified() {
    return unverifiedProbes++ < UNVERIFIED_PROBES_MAX;
  }

  private boolean isVerified(Ipv4Address address) {
    return verifiedHosts.contains(address.host());
  }
}
