package dev.usernameregistry.net.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.crypto.Key;
import org.junit.jupiter.api.Test;

/** What is remembered of a peer decides whether and how soon it is dialled again. */
class PeerTest {
  private static final long SECOND = 1_000_000_000L;

  private final Peer peer = new Peer(Key.of(new byte[Key.BYTES]));
  private long nowNanos = Long.MAX_VALUE - 30 * SECOND;

  /** We connect to the peer and lose the connection at once. */
  private void connectAndLose() {
    peer.connected(nowNanos);
    peer.disconnected(nowNanos);
  }

  private Priority priority() {
    assertThat(peer.prioritize()).isTrue();
    return peer.priority();
  }

  @Test
  void beingFoundAgainDoesNotMakeThatConnectionsWereLostForgotten() {
    connectAndLose();
    connectAndLose();
    assertThat(priority()).isEqualTo(Priority.HIGH);
    peer.found();
    assertThat(priority()).isEqualTo(Priority.HIGH);
    assertThat(peer.nextWait()).contains(RetryWait.LATER);
  }

  @Test
  void aPeerThatDialledUsMeanwhileIsANewOneWhenItIsFound() {
    connectAndLose();
    connectAndLose();
    peer.accepted();
    peer.found();
    assertThat(priority()).isEqualTo(Priority.NORMAL);
  }

  @Test
  void aPeerThatWasGivenUpIsANewOneWhenItIsFound() {
    for (int i = 0; i < 3; i++) {
      connectAndLose();
    }
    assertThat(priority()).isEqualTo(Priority.LOW);
    connectAndLose();
    assertThat(peer.prioritize()).isFalse();
    assertThat(peer.nextWait()).isEmpty();
    peer.found();
    assertThat(priority()).isEqualTo(Priority.NORMAL);
  }

  @Test
  void anExplicitPeerIsDueASecondLaterForEachAttemptAndAfterFiveNotBeforeItsRetry() {
    peer.explicit = true;
    assertThat(peer.isExplicitlyDue(nowNanos)).isTrue();
    for (int attempts = 1; attempts < 5; attempts++) {
      connectAndLose();
      nowNanos += attempts * SECOND - 1;
      assertThat(peer.isExplicitlyDue(nowNanos)).as("%s attempts", attempts).isFalse();
      nowNanos++;
      assertThat(peer.isExplicitlyDue(nowNanos)).as("%s attempts", attempts).isTrue();
    }
    connectAndLose();
    assertThat(peer.isExplicitlyDue(nowNanos + 3600 * SECOND)).isFalse();
    assertThat(peer.nextWait()).contains(RetryWait.HOPELESS);
  }
}
