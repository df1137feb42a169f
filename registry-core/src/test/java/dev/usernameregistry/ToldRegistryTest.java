package dev.usernameregistry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.ScriptedNetwork;
import dev.usernameregistry.testkit.Trampoline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listeners are told which registry a connected peer says is its own. */
class ToldRegistryTest {
  private static final Key PEER = KnownRegistriesTest.numbered(1);
  private static final Key FIRST = KnownRegistriesTest.numbered(2);
  private static final Key SECOND = KnownRegistriesTest.numbered(3);

  private final ScriptedNetwork network = new ScriptedNetwork();
  private final List<String> events = new ArrayList<>();
  private final UsernameRegistry registry = open();

  private UsernameRegistry open() {
    RegistryListener listener =
        new RegistryListener() {
          @Override
          public void peerConnected(PeerState peer) {
            events.add("connected " + peer.connectedAt().getEpochSecond());
          }

          @Override
          public void peerToldRegistry(PeerState peer) {
            String told = peer.registryKey().map(Key::shortHex).orElseThrow();
            events.add("told " + told + " on " + peer.connectedAt().getEpochSecond());
          }

          @Override
          public void peerDisconnected(PeerState peer) {
            events.add("disconnected " + peer.connectedAt().getEpochSecond());
          }
        };
    RegistryBuilder options =
        UsernameRegistry.builder()
            .network(network)
            .listener(listener)
            .listenerExecutor(Runnable::run);
    options.worker = new Trampoline();
    return options.open();
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static PeerState peer(long connected, Optional<Key> told) {
    return new PeerState(PEER, "h:1", true, Instant.ofEpochSecond(connected), told, true, Map.of());
  }

  /** Returns what is told once this peer, and nobody else, is connected. */
  private List<String> after(PeerState peer) {
    events.clear();
    network.connect(peer);
    return events;
  }

  @Test
  void itComesAfterTheConnectionAndOnce() {
    assertThat(after(peer(1, Optional.empty()))).containsExactly("connected 1");
    assertThat(after(peer(1, Optional.of(FIRST))))
        .containsExactly("told " + FIRST.shortHex() + " on 1");
    assertThat(after(peer(1, Optional.of(FIRST)))).isEmpty();
  }

  @Test
  void aPeerThatToldAtOnceIsConnectedFirst() {
    assertThat(after(peer(1, Optional.of(FIRST))))
        .containsExactly("connected 1", "told " + FIRST.shortHex() + " on 1");
  }

  @Test
  void anotherKeyIsToldToo() {
    after(peer(1, Optional.of(FIRST)));

    assertThat(after(peer(1, Optional.of(SECOND))))
        .containsExactly("told " + SECOND.shortHex() + " on 1");
  }

  @Test
  void theNextConnectionTellsItAgain() {
    after(peer(1, Optional.of(FIRST)));

    assertThat(after(peer(2, Optional.of(FIRST))))
        .containsExactly("disconnected 1", "connected 2", "told " + FIRST.shortHex() + " on 2");
  }
}
