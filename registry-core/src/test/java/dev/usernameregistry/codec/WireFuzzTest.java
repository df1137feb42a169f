package dev.usernameregistry.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.testkit.Vectors;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WireFuzzTest {
  private static final Class<? extends Exception> MALFORMED = MalformedMessageException.class;

  private int refused;
  private final List<JsonNode> cases = Vectors.load("encoding").cases("cases");

  @Test
  void everyUintIsReadBackAndSpelledInTheFewestBytes() {
    Random random = new Random(2);
    for (int i = 0; i < 100_000; i++) {
      long value = random.nextLong() >>> (11 + random.nextInt(53));
      byte[] bytes = new WireWriter().uint(value).toByteArray();
      WireReader in = new WireReader(bytes);
      int fewest = value <= 252 ? 1 : value <= 0xffff ? 3 : value <= 0xffffffffL ? 5 : 9;
      if (in.uint() != value || in.hasRemaining() || bytes.length != fewest) {
        throw new AssertionError(value + " written as " + HexFormat.of().formatHex(bytes));
      }
    }
  }

  @Test
  void zigZagIsItsReadersInverse() {
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      long value = random.nextLong() >> random.nextInt(64);
      if (WireReader.zigZag(WireWriter.zigZag(value)) != value) {
        throw new AssertionError(value + " is not read back");
      }
    }
  }

  /** No vector has one. */
  @Test
  void aFloat32IsFourBytesOfIeee754LittleEndian() {
    byte[] bytes = new WireWriter().float32(-1.5f).float32(Float.MIN_VALUE).toByteArray();
    assertThat(HexFormat.of().formatHex(bytes)).isEqualTo("0000c0bf" + "01000000");
    WireReader in = new WireReader(bytes);
    assertThat(in.float32()).isEqualTo(-1.5f);
    assertThat(in.hasRemaining()).isTrue();
    assertThat(in.float32()).isEqualTo(Float.MIN_VALUE);
  }

  @Test
  void anyBytesGiveAValueOrTheOneException() {
    Random random = new Random(4);
    for (int i = 0; i < 300_000; i++) {
      JsonNode vector = cases.get(random.nextInt(cases.size()));
      String type = vector.get("type").asText();
      if (!type.equals("json")) { // its parser is Jackson's, not ours
        byte[] bytes = random.nextBoolean() ? mutated(vector, random) : junk(random);
        readOrRefuse(type, bytes);
      }
    }
    assertThat(refused).isBetween(30_000, 270_000);
  }

  @Test
  void aLengthIsCheckedBeforeAnythingIsAllocated() {
    byte[] huge = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f, 1, 2, 3};
    assertThatThrownBy(() -> new WireReader(huge).bytes(Integer.MAX_VALUE))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("have 3");
    assertThatThrownBy(() -> new WireReader(huge).string(100))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("at most 100");
    assertThatThrownBy(() -> new WireReader(huge).frame(Integer.MAX_VALUE))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> new WireReader(huge).uint32Array(Integer.MAX_VALUE))
        .isInstanceOf(MalformedMessageException.class);
    assertThatThrownBy(() -> new WireReader(huge).count(1, Integer.MAX_VALUE))
        .isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void aLimitItselfIsAllowedAndOneMoreIsNot() {
    byte[] three = {3, 7, 8, 9};
    assertThat(new WireReader(three).uint(3)).isEqualTo(3);
    assertThat(new WireReader(three).bytes(3)).containsExactly(7, 8, 9);
    assertThat(new WireReader(three).count(1, 3)).isEqualTo(3);
    assertThatThrownBy(() -> new WireReader(three).uint(2)).isInstanceOf(MALFORMED);
    assertThatThrownBy(() -> new WireReader(three).bytes(2)).isInstanceOf(MALFORMED);
    assertThatThrownBy(() -> new WireReader(three).count(1, 2)).isInstanceOf(MALFORMED);
  }

  /** The reference refuses them too. */
  @Test
  void anArrayHasNoMoreElementsThanTheFormatAllowsWhateverTheCallerDoes() {
    int most = WireReader.ARRAY_ELEMENTS_MAX;
    assertThat(new WireReader(array(most)).count(1, Integer.MAX_VALUE)).isEqualTo(most);
    assertThatThrownBy(() -> new WireReader(array(most + 1)).count(1, Integer.MAX_VALUE))
        .isInstanceOf(MALFORMED)
        .hasMessageContaining("at most " + most);
  }

  private static byte[] array(int elements) {
    return new WireWriter().uint(elements).raw(new byte[elements]).toByteArray();
  }

  @Test
  void aReaderStaysInItsWindow() {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {9, 1, 7, 9});
    bytes.position(1).limit(3);
    WireReader in = new WireReader(bytes);
    assertThat(in.frame(10).raw()).containsExactly(7);
    assertThat(in.hasRemaining()).isFalse();
    assertThat(bytes.position()).isEqualTo(1);
    assertThatThrownBy(in::uint).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void valuesThatTheFormatCannotCarryAreTheCallersMistake() {
    WireWriter out = new WireWriter();
    assertThatThrownBy(() -> out.uint(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> out.uint(WireReader.UINT_MAX + 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> out.uint64(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(out.toByteArray()).isEmpty();
  }

  private void readOrRefuse(String type, byte[] bytes) {
    WireReader in = new WireReader(bytes);
    try {
      EncodingTypes.read(type, in);
    } catch (MalformedMessageException e) {
      refused++;
    }
  }

  private static byte[] mutated(JsonNode vector, Random random) {
    byte[] bytes = Vectors.bytes(vector.get("hex")).clone();
    for (int i = random.nextInt(4); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(Math.min(bytes.length, 12))] = (byte) random.nextInt();
    }
    return random.nextInt(4) > 0 || bytes.length == 0
        ? bytes
        : Arrays.copyOf(bytes, random.nextInt(2 * bytes.length));
  }

  private static byte[] junk(Random random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }
}
