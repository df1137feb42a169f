package dev.usernameregistry;

import dev.usernameregistry.crypto.Key;
import java.util.List;
import java.util.Optional;

/**
 * What connected peers announced of registries, beside what is here.
 *
 * @param peers how many peers were connected, and so were compared with; if 0, this report says
 *     nothing of what others have
 * @param entries one for each peer and registry, and one for each peer that has not told its
 *     registry or not all that it knows; with the result of a change only those that are behind
 */
public record SyncReport(long peers, List<Entry> entries) {

  /** Copies {@code entries}. */
  public SyncReport {
    entries = List.copyOf(entries);
  }

  static SyncReport of(long peers, List<Standing> standings) {
    return new SyncReport(peers, standings.stream().map(Standing::entry).toList());
  }

  /**
   * Returns whether nothing is behind what the connected peers announced. True if there were none:
   * see {@link #peers}.
   */
  public boolean complete() {
    return behind().isEmpty();
  }

  /** Returns the entries that say why they are behind. */
  public List<Entry> behind() {
    return entries.stream().filter(entry -> entry.reason().isPresent()).toList();
  }

  /**
   * Returns one line for people, such as "not complete: 2 peers, 1 registry behind"; its words may
   * change. A peer that has not told its registry, or not all that it knows, counts as one
   * registry.
   */
  @Override
  public String toString() {
    long registries =
        behind().stream().map(entry -> entry.registryKey().orElse(entry.peer())).distinct().count();
    return (complete() ? "complete: " : "not complete: ")
        + (peers == 1 ? "1 peer, " : peers + " peers, ")
        + (registries == 1 ? "1 registry behind" : registries + " registries behind");
  }

  /**
   * What one peer announced of one registry.
   *
   * @param peer the peer's key
   * @param address "host:port" of the peer
   * @param registryKey empty if the peer has not told its registry, or not all that it knows
   * @param announcedLength blocks the peer announced; 0 if it has not announced any
   * @param length blocks of it that are here and are answered from
   * @param reason why this is behind, for people; empty if it is not
   */
  public record Entry(
      Key peer,
      String address,
      Optional<Key> registryKey,
      long announcedLength,
      long length,
      Optional<String> reason) {}
}
