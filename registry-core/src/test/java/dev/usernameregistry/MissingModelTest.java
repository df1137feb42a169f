package dev.usernameregistry;

import static dev.usernameregistry.KnownRegistriesTest.numbered;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.PeerState.RemoteHead;
import dev.usernameregistry.claims.Progress;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.memory.MemoryStorage;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is missing is the same whether it is kept or all is compared, whatever happens. */
class MissingModelTest {
  private static final int STEPS = 3_000;

  private final KnownRegistries known;
  private final Map<Key, PeerState> connected = new HashMap<>();
  private List<PeerState> peers = List.of();
  private final Missing missing;
  private List<Standing.Lane> waitedFor = List.of();
  private Random random = new Random();

  MissingModelTest() throws IOException {
    known = KnownRegistriesTest.open(new MemoryStorage(), () -> Instant.EPOCH);
    missing = new Missing(known, () -> peers, () -> 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsKeptIsWhatAComparisonOfAllFinds(long seed) throws Exception {
    random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      happen();
      if (random.nextInt(3) == 0) {
        missing.note();
      }
      if (random.nextInt(8) == 0 && !waitedFor.isEmpty()) {
        missing.isStillMissing(waitedFor.get(random.nextInt(waitedFor.size())));
      }
      if (random.nextInt(3) == 0) {
        Missing.Look look = missing.look();
        assertThat(entries(look.missing())).as("step %d", step).isEqualTo(compared());
        assertThat(look.peers()).as("step %d", step).isEqualTo(connected.size());
        waitedFor = look.missing().stream().map(Standing::lane).toList();
      }
    }
  }

  private Set<SyncReport.Entry> compared() {
    List<Standing> all = new Missing(known, () -> peers, () -> 0).compareAll();
    return entries(all.stream().filter(Standing::behind).toList());
  }

  private static Set<SyncReport.Entry> entries(List<Standing> standings) {
    return standings.stream().map(Standing::entry).collect(Collectors.toSet());
  }

  private void happen() throws IOException {
    Key log = numbered(1 + random.nextInt(6));
    Key who = numbered(1_000 + random.nextInt(3));
    PeerState peer = connected.get(who);
    if (random.nextInt(3) == 0) {
      registryChanges(log);
    } else if (peer == null) {
      connected.put(who, peer(who, Optional.empty(), Map.of()));
      peersChanged();
    } else if (random.nextInt(6) == 0) {
      peerChanges(peer, log);
    } else if (known.find(log).isPresent()) {
      announce(peer, log, known.find(log).get().progress.length());
    }
  }

  /** It becomes known, or forgotten, or more or less of it is here. */
  private void registryChanges(Key log) throws IOException {
    Optional<KnownRegistry> registry = known.find(log);
    if (registry.isEmpty()) {
      known.add(log);
    } else if (random.nextInt(8) == 0) {
      known.drop(registry.get());
      connected.replaceAll((key, peer) -> without(peer, log));
      peersChanged();
    } else {
      Progress now = registry.get().progress;
      boolean cut = random.nextInt(10) == 0;
      long length = cut ? 0 : now.length() + random.nextInt(3);
      registry.get().progress = new Progress(now.fork(), length, 0, false, 0, 0, 0);
      if (cut) {
        missing.outdate();
      }
    }
  }

  /** It goes, or tells which registry is its own. */
  private void peerChanges(PeerState peer, Key log) {
    if (random.nextBoolean()) {
      connected.remove(peer.publicKey());
    } else {
      connected.put(peer.publicKey(), peer(peer.publicKey(), Optional.of(log), peer.heads()));
    }
    peersChanged();
  }

  private void announce(PeerState peer, Key log, long hereLength) {
    RemoteHead head =
        new RemoteHead(
            hereLength + random.nextInt(3),
            random.nextInt(5) / 4,
            random.nextBoolean() ? Optional.of("stuck") : Optional.empty());
    Map<Key, RemoteHead> heads = new HashMap<>(peer.heads());
    heads.put(log, head);
    connected.put(peer.publicKey(), peer(peer.publicKey(), peer.registryKey(), heads));
    peers = List.copyOf(connected.values());
    missing.announced(List.of(peer(peer.publicKey(), peer.registryKey(), Map.of(log, head))));
  }

  private void peersChanged() {
    peers = List.copyOf(connected.values());
    missing.outdate();
  }

  private static PeerState without(PeerState peer, Key log) {
    Map<Key, RemoteHead> heads = new HashMap<>(peer.heads());
    heads.remove(log);
    return peer(peer.publicKey(), peer.registryKey(), heads);
  }

  private static PeerState peer(Key key, Optional<Key> told, Map<Key, RemoteHead> heads) {
    return new PeerState(key, "h:1", true, Instant.EPOCH, told, true, heads);
  }
}
