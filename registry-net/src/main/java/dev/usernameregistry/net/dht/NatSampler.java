package dev.usernameregistry.net.dht;

import dev.usernameregistry.codec.Ipv4Address;
import org.jspecify.annotations.Nullable;

/**
 * Concludes from what others report which address we have outside: the one that nearly all of the
 * last 16 samples agree on, or only its host if the ports differ.
 *
 * <p>Compatible with nat-sampler 1. A sample is counted together with an earlier one only if that
 * is among the four before it; this is part of the compatible behaviour.
 */
final class NatSampler {
  /** Samples that are kept. */
  static final int SAMPLES_MAX = 16;

  private static final int JOINED_MAX = 4;

  private final Count[] full = new Count[SAMPLES_MAX];
  private final Count[] hosts = new Count[SAMPLES_MAX];

  /** Samples kept. Invariant: size <= SAMPLES_MAX. */
  private int size;

  /** Where the next sample is written. Invariant: next == size % SAMPLES_MAX until it is full. */
  private int next;

  private @Nullable Count bestFull;
  private @Nullable Count bestHost;
  private @Nullable Ipv4Address address;

  private static final class Count {
    final Ipv4Address what;
    int hits = 1;

    Count(Ipv4Address what) {
      this.what = what;
    }
  }

  /** Takes in what one node reported. */
  void add(Ipv4Address sample) {
    Count a = count(full, sample);
    Count b = count(hosts, sample.withPort(0));
    if (size < SAMPLES_MAX) {
      size++;
    } else {
      full[next].hits--;
      hosts[next].hits--;
    }
    full[next] = a;
    hosts[next] = b;
    next = (next + 1) % SAMPLES_MAX;
    bestFull = better(bestFull, a);
    bestHost = better(bestHost, b);
    address = conclude(bestFull, bestHost);
  }

  private @Nullable Ipv4Address conclude(Count full, Count host) {
    int threshold = size - Math.min(size / 4, 3);
    if (full.hits >= threshold) {
      return full.what;
    }
    return host.hits >= threshold ? host.what : null;
  }

  private static Count better(@Nullable Count best, Count candidate) {
    return best == null || best.hits < candidate.hits ? candidate : best;
  }

  private Count count(Count[] counts, Ipv4Address what) {
    for (int back = 1; back <= Math.min(JOINED_MAX, size); back++) {
      Count count = counts[Math.floorMod(next - back, SAMPLES_MAX)];
      if (count.what.equals(what)) {
        count.hits++;
        return count;
      }
    }
    return new Count(what);
  }

  /** Returns the host and, if others agree on one, the port, else port 0; null while unknown. */
  @Nullable Ipv4Address address() {
    return address;
  }

  /** Returns how many samples are kept. */
  int size() {
    return size;
  }
}
