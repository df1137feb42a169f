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

  @Test
  void aPeerThatFailedBeforeIsNotForgottenForOneThatWasFound() {
    Peer failed = peers.getOrAdd(Key.of(new byte[Key.BYTES]));
    failed.disconnected(0);
    assertThat(failed.prioritize()).isTrue();
    peers.enqueue(failed);
    Peer found = queued(2);
    assertThat(peers.forgetAny()).isSameAs(found);
    assertThat(peers.get(found.key)).isNull();
    assertThat(peers.forgetAny()).isNull();
  }
}
