package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.net.mux.Mux;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Raw registry keys are told from mux frames. */
class FirstMessageTest {
  private static final Key KEY = Key.fromHex("17" + "cd".repeat(31));

  /** Opens channel 1 of protocol "something". */
  private static final byte[] OPEN =
      new WireWriter().uint(0).uint(1).uint(1).string("something").uint(0).toByteArray();

  /** "never treat a frame for an open channel as a key" */
  @Test
  void frameOfAnOpenChannelIsNoKeyAndOnlyOneRawKeyIsTaken() {
    FirstMessage first = new FirstMessage();
    Mux mux = new Mux(Map.of());
    mux.receive(ByteBuffer.wrap(OPEN));
    mux.nextEvent();
    byte[] frame = KEY.bytes();
    assertThat(first.keyIn(ByteBuffer.wrap(new byte[40]), mux)).isEmpty();
    frame[0] = 1;
    assertThat(first.keyIn(ByteBuffer.wrap(frame), mux)).isEmpty();
    frame[0] = 0;
    assertThat(first.keyIn(ByteBuffer.wrap(frame), mux)).isEmpty();
    frame[0] = (byte) 0xff;
    assertThat(first.keyIn(ByteBuffer.wrap(frame), mux)).isEmpty();
    frame[0] = 2;
    assertThat(first.keyIn(ByteBuffer.wrap(frame), mux)).contains(Key.of(frame));
    assertThat(first.keyIn(ByteBuffer.wrap(frame), mux)).isEmpty();
  }

  @Test
  void anyFirstMessageOfThatLengthIsAKey() {
    for (int firstByte : List.of(0, 1, 0xfd, 0xff)) {
      byte[] bytes = KEY.bytes();
      bytes[0] = (byte) firstByte;
      assertThat(new FirstMessage().keyIn(ByteBuffer.wrap(bytes), new Mux(Map.of())))
          .contains(Key.of(bytes));
    }
  }
}
