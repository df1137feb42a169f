package dev.usernameregistry.net.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.crypto.KeyPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a handshake does when it is not called as it is to be. */
class NoiseHandshakeTest {
  private static final byte[] EMPTY = new byte[0];

  @ParameterizedTest
  @EnumSource(NoisePattern.class)
  void nobodyWritesOrReadsOutOfTurnNorAfterTheLastMessage(NoisePattern pattern) {
    NoiseHandshake alice =
        NoiseHandshake.initiator(
            pattern,
            Pair.ALICE,
            KeyPair.fromSeed(Pair.filled(3)),
            EMPTY,
            pattern.responderKnown() ? Pair.BOB.publicKey() : null);
    NoiseHandshake bob =
        NoiseHandshake.responder(pattern, Pair.BOB, KeyPair.fromSeed(Pair.filled(4)), EMPTY);
    NoiseHandshake writer = alice;
    NoiseHandshake reader = bob;
    while (!reader.complete()) {
      assertCannotRead(writer);
      assertCannotWrite(reader);
      reader.read(writer.write(EMPTY));
      NoiseHandshake next = reader;
      reader = writer;
      writer = next;
    }

    for (NoiseHandshake done : new NoiseHandshake[] {alice, bob}) {
      assertThat(done.complete()).isTrue();
      assertCannotRead(done);
      assertCannotWrite(done);
    }
  }

  @Test
  void nothingIsAgreedBeforeTheLastMessage() {
    NoiseHandshake alice =
        NoiseHandshake.initiator(NoisePattern.XX, Pair.ALICE, Pair.BOB, EMPTY, null);

    assertThatThrownBy(alice::keys).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(alice::remotePublicKey).isInstanceOf(IllegalStateException.class);
  }

  private static void assertCannotWrite(NoiseHandshake handshake) {
    assertThatThrownBy(() -> handshake.write(EMPTY))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("is not ours");
  }

  private static void assertCannotRead(NoiseHandshake handshake) {
    assertThatThrownBy(() -> handshake.read(new byte[64]))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith("is not theirs");
  }
}
