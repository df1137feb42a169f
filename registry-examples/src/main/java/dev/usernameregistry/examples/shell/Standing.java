package dev.usernameregistry.examples.shell;

import dev.usernameregistry.PeerState;
import dev.usernameregistry.RegistryInfo;
import dev.usernameregistry.SyncReport;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.TcpNetwork.Dial;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether a registry is in sync and reachable, at one moment.
 *
 * @param registryKey names it
 * @param frozen the own registry, if two histories of it were signed, so that nothing can be
 *     registered in it any more
 * @param sync what the peers announced, beside what is here
 * @param registries how many are known, the own one among them
 * @param unconfirmed of how many of them all that is known is here, but no connected peer says
 *     whether there is more, as of one whose key is wrong
 * @param peers how many are connected
 * @param listening where it listens for TCP connections
 * @param dials how it stands with the addresses that it is told to connect to over TCP
 * @param swarm how its swarm stands; empty if its network is another
 */
record Standing(
    Key registryKey,
    Optional<RegistryInfo> frozen,
    SyncReport sync,
    int registries,
    int unconfirmed,
    int peers,
    List<String> listening,
    List<Dial> dials,
    Optional<SwarmStanding> swarm) {

  /** Returns whether first peers are looked for, as just after the start. */
  boolean looking() {
    return dials.stream().anyMatch(dial -> !dial.connected() && dial.trouble().isEmpty())
        || swarm.filter(one -> !one.joined() || one.status().connecting() > 0).isPresent();
  }

  /** Returns whether it is the own one, and frozen. */
  static boolean isFrozenOwn(RegistryInfo info) {
    return info.own() && info.state() == RegistryInfo.State.FROZEN;
  }

  /** Returns how many peers have these connections; one that is connected in two ways is one. */
  static long peers(Stream<PeerState> connections) {
    return connections.map(PeerState::publicKey).distinct().count();
  }

  /** Returns how {@code registry} stands now; waits for nothing. */
  static Standing of(UsernameRegistry registry, List<Dial> dials, Optional<SwarmStanding> swarm) {
    List<RegistryInfo> registries = registry.registries();
    long unconfirmed =
        registries.stream().filter(each -> each.state() == RegistryInfo.State.UNCONFIRMED).count();
    return new Standing(
        registry.key(),
        registries.stream().filter(Standing::isFrozenOwn).findFirst(),
        registry.awaitSynced(Duration.ZERO),
        registries.size(),
        (int) unconfirmed,
        (int) peers(registry.peers().stream()),
        registry.listening(),
        dials,
        swarm);
  }
}
