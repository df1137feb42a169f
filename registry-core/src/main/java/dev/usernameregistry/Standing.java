package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/**
 * What one connected peer announced of one registry, beside what is here.
 *
 * @param lane which peer and which registry
 * @param announced what it announced; empty if it has not announced the registry's head
 * @param entry the same for the report
 * @param hopeless whether waiting cannot help, because what is missing cannot be used
 */
record Standing(
    Lane lane, Optional<PeerState.RemoteHead> announced, SyncReport.Entry entry, boolean hopeless) {

  /**
   * Names one connection with a peer and one registry. Ordered, because strangers choose the keys:
   * a hash map takes quadratic time for those of one hash, unless it can compare them.
   *
   * @param registryKey empty if this is about what the peer has not told: its own registry, or
   *     others that it knows
   */
  record Lane(Key peer, String address, Instant connectedAt, Optional<Key> registryKey)
      implements Comparable<Lane> {
    private static final Comparator<Lane> ORDER =
        Comparator.comparing((Lane lane) -> lane.registryKey().isPresent())
            .thenComparing(lane -> lane.registryKey().orElse(lane.peer()))
            .thenComparing(Lane::peer)
            .thenComparing(Lane::address)
            .thenComparing(Lane::connectedAt);

    static Lane of(PeerState peer, Optional<Key> registryKey) {
      return new Lane(peer.publicKey(), peer.address(), peer.connectedAt(), registryKey);
    }

    @Override
    public int compareTo(Lane other) {
      return ORDER.compare(this, other);
    }
  }

  /** Returns that of a peer that has not told its registry, or not all that it knows. */
  static Standing untold(Lane lane) {
    return new Standing(
        lane,
        Optional.empty(),
        entry(lane, 0, 0, "the peer has not told yet which registries it knows"),
        false);
  }

  /**
   * Returns that of a registry that is not known here.
   *
   * @param full whether there is no room for it
   */
  static Standing unknown(Lane lane, boolean full) {
    return new Standing(
        lane,
        Optional.empty(),
        entry(
            lane,
            0,
            0,
            full
                ? "the registry is one more than can be remembered; forgetStale makes room"
                : "the registry is not opened yet"),
        full);
  }

  static Standing of(Lane lane, KnownRegistry registry, Optional<PeerState.RemoteHead> announced) {
    long length = registry.progress.length();
    boolean holds =
        announced.isPresent() && registry.holds(announced.get().fork(), announced.get().length());
    boolean otherFork = announced.isPresent() && announced.get().fork() != registry.log.fork();
    boolean frozen = registry.frozen() && (registry.isComplete() || otherFork);
    boolean hopeless =
        !holds && (frozen || !registry.trouble.isEmpty() || lacksRoom(registry, announced));
    return new Standing(
        lane,
        announced,
        entry(
            lane,
            announced.map(PeerState.RemoteHead::length).orElse(0L),
            length,
            holds ? "" : reason(registry, announced)),
        hopeless);
  }

  boolean behind() {
    return entry.reason().isPresent();
  }

  /** Returns whether what is missing may still come. */
  boolean canCatchUp() {
    return behind() && !hopeless;
  }

  /** Returns whether what was announced, or anything if nothing was, is not fetched. */
  private static boolean lacksRoom(
      KnownRegistry registry, Optional<PeerState.RemoteHead> announced) {
    return registry.lacksRoomFor(announced.map(PeerState.RemoteHead::length).orElse(1L));
  }

  private static String reason(KnownRegistry registry, Optional<PeerState.RemoteHead> announced) {
    if (registry.frozen()) {
      String frozen = "frozen: its writer signed two histories";
      return registry.isComplete() ? frozen : frozen + "; " + registry.answered();
    }
    if (!registry.trouble.isEmpty()) {
      return "unreadable: " + registry.trouble;
    }
    if (lacksRoom(registry, announced)) {
      return KnownRegistry.NO_ROOM;
    }
    if (announced.isEmpty()) {
      return "the peer has not announced the registry's head yet";
    }
    PeerState.RemoteHead head = announced.get();
    if (head.trouble().isPresent()) {
      return head.trouble().get();
    }
    if (head.fork() > registry.progress.fork()) {
      return "fork " + head.fork() + " has not been fetched yet";
    }
    long blocks = head.length() - registry.progress.length();
    return blocks == 1
        ? "1 block has not been fetched yet"
        : blocks + " blocks have not been fetched yet";
  }

  private static SyncReport.Entry entry(Lane lane, long announced, long length, String reason) {
    return new SyncReport.Entry(
        lane.peer(),
        lane.address(),
        lane.registryKey(),
        announced,
        length,
        reason.isEmpty() ? Optional.empty() : Optional.of(reason));
  }
}
