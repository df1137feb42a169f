package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.testkit.SeededRandom;
import org.junit.jupiter.api.Test;

/** Which peers make room for others. */
class PeersTest {
  private final SeededRandom random = new SeededRandom(1);
  private final DialQueue queue = new DialQueue(random);
  private final Peers peers = new Peers(queue, new Retries(random));

  private Peer queued(int number) {
    byte[] key = new byte[Key.BYTES];
    key[0] = (byte) number;
    Peer peer = peers.getOrAdd(Key.of(key));
    peers.enqueue(peer);
    return peer;
  }

  @Test
  void aPeerThatTheApplicationNamedIsNotForgottenForOneThatWasFound() {
    Peer named = queued(1);
    peers.setExplicit(named, true);
    assertThat(peers.forgetAny()).isNull();
    assertThat(peers.get(named.key)).isSameAs(named);
    assertThat(named.isQueued()).isTrue();
  }

  private Peer lost(int number, boolean wasOpen) {
    byte[] key = new byte[Key.BYTES];
    key[0] = (byte) number;
    Peer lost = peers.getOrAdd(Key.of(key));
    if (wasOpen) {
      lost.connected(0);
    }
    for (int i = 0; i < Peer.ATTEMPTS_MAX; i++) {
      lost.disconnected(0);
    }
    assertThat(lost.prioritize()).isTrue();
    peers.enqueue(lost);
    return lost;
  }

  @Test
  void aPeerThatWasOpenBeforeIsNotForgottenForOneThatWasFound() {
    Peer lost = lost(1, true);
    Peer found = queued(2);
    assertThat(peers.forgetAny()).isSameAs(found);
    assertThat(peers.get(found.key)).isNull();
    assertThat(peers.forgetAny()).isNull();
    assertThat(lost.isQueued()).isTrue();
  }

  /** Else whoever names many that nobody has would have no room left for those found later. */
  @Test
  void aPeerThatWasDialledInVainIsForgottenBeforeOneThatWasNotDialledYet() {
    Peer found = queued(1);
    Peer failed = lost(2, false);
    assertThat(peers.forgetAny()).isSameAs(failed);
    assertThat(peers.forgetAny()).isSameAs(found);
    assertThat(peers.forgetAny()).isNull();
  }
}
