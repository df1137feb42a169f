package dev.usernameregistry.net.peering.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import org.junit.jupiter.api.Test;

class HandshakeMessageTest {
  private static byte[] encoded(int noiseBytes) {
    return new HandshakeMessage(HandshakeMode.FROM_CLIENT, new byte[noiseBytes], null, null)
        .encode();
  }

  @Test
  void aNoiseMessageIsNeitherEmptyNorLongerThanADatagram() {
    int max = HandshakeMessage.NOISE_BYTES_MAX;
    assertThat(HandshakeMessage.decode(encoded(1)).noise()).hasSize(1);
    assertThat(HandshakeMessage.decode(encoded(max)).noise()).hasSize(max);
    assertThatThrownBy(() -> HandshakeMessage.decode(encoded(0)))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> HandshakeMessage.decode(encoded(max + 1)))
        .isInstanceOf(MalformedMessageException.class);
  }
}
