package dev.usernameregistry.net.peering.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.PeerFault;
import dev.usernameregistry.crypto.Blake2b;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.net.punch.NatKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoiseTest {
  private static final NoisePayload PAYLOAD =
      new NoisePayload(
          NoisePayload.VERSION,
          NoisePayload.NONE,
          NatKind.UNKNOWN,
          null,
          List.of(),
          new NoisePayload.Udx(false, 1),
          null,
          List.of());

  private static KeyPair keyPair(int number) {
    return KeyPair.fromSeed(Blake2b.hash(new byte[] {(byte) number}));
  }

  @Test
  void forgedAnswersDoNotKeepTheRealOneFromBeingRead() {
    KeyPair identity = keyPair(1);
    Noise.Client client = new Noise.Client(keyPair(2), keyPair(3), identity.publicKey(), PAYLOAD);
    Noise.Server server = new Noise.Server(identity, keyPair(4), client.message());
    byte[] answer = server.answer(PAYLOAD);
    for (int at = 0; at < answer.length; at += 5) {
      byte[] forged = answer.clone();
      forged[at] ^= 1;
      assertThatThrownBy(() -> client.read(forged)).as("%d", at).isInstanceOf(PeerFault.class);
    }

    Noise.Agreed agreed = client.read(answer);

    assertThat(agreed.payload()).isEqualTo(PAYLOAD);
    assertThat(agreed.holepunchSecret()).isEqualTo(server.agreed().holepunchSecret());
  }
}
