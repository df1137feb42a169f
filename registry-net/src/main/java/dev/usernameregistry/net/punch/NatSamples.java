package dev.usernameregistry.net.punch;

import dev.usernameregistry.codec.Ipv4Address;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What others said about the address of one socket, and what kind of NAT follows from it. Every
 * node has one voice. At most {@link #SAMPLES_MAX} voices are heard.
 *
 * <pre>
 * node not firewalled                            OPEN
 * fewer than 3 samples                           UNKNOWN
 * an address named three times                   CONSISTENT
 * no address named twice                         RANDOM
 * twice: one host, 4 samples or more             RANDOM
 *        two hosts, both addresses named twice   CONSISTENT
 *        5 samples or more                       RANDOM
 *        otherwise                               as before
 * </pre>
 */
public final class NatSamples {
  /** Most nodes that are heard. */
  public static final int SAMPLES_MAX = 64;

  private static final int SAMPLES_MIN = 3;

  private final BooleanSupplier firewalled;
  private final Set<Ipv4Address> heard = new HashSet<>();

  /** Sorted by hits, most first; equal ones in the order in which they came. */
  private final List<Sample> hosts = new ArrayList<>();

  /** As {@link #hosts}, with ports. */
  private final List<Sample> addresses = new ArrayList<>();

  private NatKind kind;
  private @Nullable List<Ipv4Address> told;
  private boolean frozen;

  /** Starts without a sample; {@code firewalled} says whether the node still thinks it is. */
  public NatSamples(BooleanSupplier firewalled) {
    this.firewalled = firewalled;
    this.kind = firewalled.getAsBoolean() ? NatKind.UNKNOWN : NatKind.OPEN;
  }

  /** Takes in that {@code node} sees the socket as {@code address}; only its first word counts. */
  public void add(Ipv4Address node, Ipv4Address address) {
    if (heard.size() >= SAMPLES_MAX || !heard.add(node)) {
      return;
    }
    hit(hosts, address.withPort(0));
    hit(addresses, address);
    if (!frozen && (count() >= SAMPLES_MIN || !firewalled.getAsBoolean())) {
      update();
    }
  }

  /** Lets the verdict stay what it is, because the peer has been told. */
  public void freeze() {
    frozen = true;
  }

  /** Returns how many nodes were heard. */
  public int count() {
    return heard.size();
  }

  /** Returns the verdict so far. */
  public NatKind kind() {
    return kind;
  }

  /**
   * Returns the addresses to tell the peer: all that seem to lead to a consistent socket, the host
   * with port 0 for a random one, null otherwise.
   */
  public @Nullable List<Ipv4Address> addresses() {
    return told;
  }

  private void update() {
    if (!firewalled.getAsBoolean()) {
      kind = NatKind.OPEN;
      return;
    }
    NatKind before = kind == NatKind.OPEN ? NatKind.UNKNOWN : kind;
    kind = count() < SAMPLES_MIN ? before : classify(before);
    told = addressesFor(kind);
  }

  private NatKind classify(NatKind before) {
    int most = addresses.get(0).hits;
    if (most != 2) {
      return most > 2 ? NatKind.CONSISTENT : NatKind.RANDOM;
    }
    if (hosts.size() == 1 && count() > 3) {
      return NatKind.RANDOM;
    }
    if (hosts.size() > 1 && addresses.get(1).hits > 1) {
      return NatKind.CONSISTENT;
    }
    return count() > 4 ? NatKind.RANDOM : before;
  }

  private @Nullable List<Ipv4Address> addressesFor(NatKind verdict) {
    return switch (verdict) {
      case UNKNOWN -> null;
      case OPEN -> told;
      case RANDOM -> List.of(hosts.get(0).address);
      case CONSISTENT -> likelyAddresses();
    };
  }

  private List<Ipv4Address> likelyAddresses() {
    List<Ipv4Address> likely = new ArrayList<>();
    for (Sample sample : addresses) {
      if (sample.hits >= 2 || likely.size() < 2) {
        likely.add(sample.address);
      }
    }
    return List.copyOf(likely);
  }

  private static void hit(List<Sample> samples, Ipv4Address address) {
    int at = 0;
    while (at < samples.size() && !samples.get(at).address.equals(address)) {
      at++;
    }
    if (at == samples.size()) {
      samples.add(new Sample(address));
    }
    Sample sample = samples.get(at);
    sample.hits++;
    for (; at > 0 && samples.get(at - 1).hits < sample.hits; at--) {
      samples.set(at, samples.get(at - 1));
      samples.set(at - 1, sample);
    }
  }

  /** One address and how many nodes named it. */
  private static final class Sample {
    private final Ipv4Address address;
    private int hits;

    private Sample(Ipv4Address address) {
      this.address = address;
    }
  }
}
