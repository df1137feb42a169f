package dev.usernameregistry.net.peering.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads and messages that the reference does not write, but a stranger may. */
class NoisePayloadTest {
  private static final int HOLEPUNCH = 1;
  private static final int UDX = 8;
  private static final long STREAM_ID_MAX = 0xffffffffL;

  /** Returns what comes before the first part that is not always there. */
  private static WireWriter start(int flags) {
    return new WireWriter(4096).uint(NoisePayload.VERSION).uint(flags).uint(0).uint(0);
  }

  private static byte[] listOf(int flag, int count, int elementBytes) {
    WireWriter out = start(flag);
    if (flag == HOLEPUNCH) {
      out.uint(7);
    }
    return out.uint(count).raw(new byte[count * elementBytes]).toByteArray();
  }

  @ParameterizedTest(name = "flag {0}")
  @CsvSource({"1, 12", "2, 6", "4, 18", "64, 6"})
  void aListHasAtMost128Elements(int flag, int elementBytes) {
    int max = NoisePayload.ADDRESSES_MAX;
    NoisePayload longest = NoisePayload.decode(listOf(flag, max, elementBytes));
    assertThat(longest.version()).isEqualTo(NoisePayload.VERSION);
    assertThatThrownBy(() -> NoisePayload.decode(listOf(flag, max + 1, elementBytes)))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static byte[] udx(long features, long streamId) {
    return start(UDX).uint(1).uint(features).uint(streamId).uint(0).toByteArray();
  }

  @Test
  void aStreamIdHas32Bits() {
    NoisePayload.Udx udx = Objects.requireNonNull(NoisePayload.decode(udx(0, STREAM_ID_MAX)).udx());
    assertThat(udx.streamId()).isEqualTo(-1);
    assertThatThrownBy(() -> NoisePayload.decode(udx(0, STREAM_ID_MAX + 1)))
        .isInstanceOf(MalformedMessageException.class);
    assertThat(PairMessage.decode(pair(0, STREAM_ID_MAX)).streamId()).isEqualTo(-1);
    assertThatThrownBy(() -> PairMessage.decode(pair(0, STREAM_ID_MAX + 1)))
        .isInstanceOf(MalformedMessageException.class);
  }

  private static byte[] pair(int flags, long streamId) {
    return new WireWriter(64)
        .fixedUint(flags, 1)
        .raw(new byte[Key.BYTES])
        .uint(streamId)
        .uint(0)
        .toByteArray();
  }

  /** Another bit may come to mean something. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void onlyTheLowestFlagIsLookedAt(int flags) {
    boolean set = (flags & 1) == 1;
    assertThat(NoisePayload.decode(udx(flags, 5)).udx()).isEqualTo(new NoisePayload.Udx(set, 5));
    assertThat(PairMessage.decode(pair(flags, 5)).initiator()).isEqualTo(set);
  }
}
