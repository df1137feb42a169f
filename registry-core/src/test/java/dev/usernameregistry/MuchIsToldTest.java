package dev.usernameregistry;

import static dev.usernameregistry.Announced.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.HeldTasks;
import dev.usernameregistry.testkit.ScriptedNetwork;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers tell more than can be looked at, or not the same. */
class MuchIsToldTest {
  private static final Key STRANGER = numbered(0);

  private final HeldTasks looks = new HeldTasks();
  private final ScriptedNetwork network = new ScriptedNetwork();
  private final UsernameRegistry registry = open();

  private UsernameRegistry open() {
    RegistryBuilder options = UsernameRegistry.builder().network(network);
    options.worker = looks;
    return options.open();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static Key numbered(int number) {
    return Key.of(ByteBuffer.allocate(Key.BYTES).putInt(4, number).array());
  }

  private static PeerState peer(Key key, Map<Key, PeerState.RemoteHead> heads) {
    return Announced.peer(key, STRANGER, heads);
  }

  @Test
  void ofTheRegistriesThatAreToldBeforeALookABoundedNumberIsKept() {
    looks.runAll();
    for (int number = 0; number < 3_000; number++) {
      network.host().registryTold(peer(STRANGER, Map.of()), numbered(number));
    }
    looks.runAll();

    assertThat(registry.registries()).as("the own one too").hasSize(1 + ToldRegistries.OWN_MAX);
  }

  @Test
  void ifMoreHeadsAreAnnouncedThanAreKeptAllPeersAreLookedAt() {
    looks.runAll();
    Map<Key, PeerState.RemoteHead> heads = new HashMap<>();
    for (int number = 1; number <= 20_000; number++) {
      heads.put(numbered(number), head(1));
    }
    network.announce(peer(STRANGER, heads));
    looks.runAll();

    assertThat(registry.registries()).extracting(RegistryInfo::key).contains(STRANGER);
  }

  @Test
  void whatOnePeerHasMoreOfIsMissingWhateverAnotherHas() {
    registry.follow(STRANGER);
    PeerState ahead = peer(numbered(1), Map.of(STRANGER, head(2)));
    PeerState level = peer(numbered(2), Map.of(STRANGER, head(0)));
    network.show(ahead, level);
    assertThat(registry.registries().get(1).state()).isEqualTo(RegistryInfo.State.BEHIND);
    network.show(level, ahead);
    assertThat(registry.registries().get(1).state()).isEqualTo(RegistryInfo.State.BEHIND);
  }
}
