package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.util.Comparator;
import java.util.Optional;

/**
 * What one connected peer announced of one registry, beside what is here.
 *
 * @param peer the peer
 * @param registryKey empty if the peer has not told its registry
 * @param announced what it announced; empty if it has not announced the registry's head
 * @param entry the same for the report
 * @param hopeless whether waiting cannot help, because what is missing cannot be used
 */
record Standing(
    PeerState peer,
    Optional<Key> registryKey,
    Optional<PeerState.RemoteHead> announced,
    SyncReport.Entry entry,
    boolean hopeless) {

  /**
   * Names one peer's connection and one registry. Ordered, because strangers choose the keys: a
   * hash map takes quadratic time for those of one hash, unless it can compare them.
   */
  record Lane(Key peer, String address, Optional<Key> registryKey) implements Comparable<Lane> {
    private static final Comparator<Lane> ORDER =
        Comparator.comparing((Lane lane) -> lane.registryKey().isPresent())
            .thenComparing(lane -> lane.registryKey().orElse(lane.peer()))
            .thenComparing(Lane::peer)
            .thenComparing(Lane::address);

    @Override
    public int compareTo(Lane other) {
      return ORDER.compare(this, other);
    }
  }

  static Standing of(PeerState peer) {
    return new Standing(
        peer,
        Optional.empty(),
        Optional.empty(),
        entry(peer, Optional.empty(), 0, 0, "the peer has not told its registry yet"),
        false);
  }

  /**
   * @param full whether there is no room for it
   */
  static Standing of(PeerState peer, Key key, boolean full) {
    return new Standing(
        peer,
        Optional.of(key),
        Optional.empty(),
        entry(
            peer,
            Optional.of(key),
            0,
            0,
            full
                ? "the registry is one more than can be remembered; forgetStale makes room"
                : "the registry is not opened yet"),
        full);
  }

  static Standing of(
      PeerState peer, KnownRegistry registry, Optional<PeerState.RemoteHead> announced) {
    long length = registry.progress.length();
    boolean holds =
        announced.isPresent() && registry.holds(announced.get().fork(), announced.get().length());
    boolean hopeless = !holds && (registry.frozen() || !registry.trouble.isEmpty());
    return new Standing(
        peer,
        Optional.of(registry.key()),
        announced,
        entry(
            peer,
            Optional.of(registry.key()),
            announced.map(PeerState.RemoteHead::length).orElse(0L),
            length,
            holds ? "" : reason(registry, announced)),
        hopeless);
  }

  Lane lane() {
    return new Lane(peer.publicKey(), peer.address(), registryKey);
  }

  boolean behind() {
    return entry.reason().isPresent();
  }

  /** Returns whether what is missing may still come. */
  boolean canCatchUp() {
    return behind() && !hopeless;
  }

  private static String reason(KnownRegistry registry, Optional<PeerState.RemoteHead> announced) {
    if (registry.frozen()) {
      return "frozen: its writer signed two histories";
    }
    if (!registry.trouble.isEmpty()) {
      return "unreadable: " + registry.trouble;
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

  private static SyncReport.Entry entry(
      PeerState peer, Optional<Key> key, long announced, long length, String reason) {
    return new SyncReport.Entry(
        peer.publicKey(),
        peer.address(),
        key,
        announced,
        length,
        reason.isEmpty() ? Optional.empty() : Optional.of(reason));
  }
}
