package dev.usernameregistry.net.mux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameWriterTest {
  /** The longest frame that an encrypted stream carries: 16 MiB less 1 byte and its overhead. */
  private static final int FRAME_BYTES_MAX = 0xffffff - 17;

  private static final byte[] NOTHING = {};

  private final FrameWriter writer = new FrameWriter();

  /** Each number is one beside which its encoding takes more bytes, or one above. */
  @ParameterizedTest
  @ValueSource(longs = {1, 0xfc, 0xfd, 0xffff, 0x1_0000, 0xffff_ffffL, 0x1_0000_0000L})
  void itemsOfOneBatchAreReadAsTheyWereWritten(long number) {
    List<Item.Sendable> items = new ArrayList<>();
    items.add(new Item.Open(number, new Pair("p", NOTHING), new byte[] {1}));
    items.add(new Item.Reject(number));
    items.add(new Item.Close(number));
    items.add(new Item.Outgoing(3, number, new byte[] {2}));
    items.add(new Item.Outgoing(number, 0, new byte[] {3}));
    items.add(new Item.Close(1)); // the last may have any length that reaches the end
    items.forEach(writer::add);

    byte[] frame = Objects.requireNonNull(writer.next());
    assertThat(read(frame)).isEqualTo(items.stream().map(FrameWriterTest::text).toList());
    assertThat(writer.next()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 0xfc, 0xfd, 0xffff, 0x1_0000})
  void namesOfAnyLengthAreReadAsTheyWereWritten(int length) {
    Item.Sendable named = new Item.Open(1, new Pair("p".repeat(length), NOTHING), new byte[] {1});
    Item.Sendable identified = new Item.Open(2, new Pair("", new byte[length]), new byte[] {2});
    List<Item.Sendable> items = List.of(named, identified, new Item.Close(1));
    items.forEach(writer::add);
    List<String> read = new ArrayList<>();
    for (byte[] frame; (frame = writer.next()) != null; ) {
      read.addAll(read(frame));
    }

    assertThat(read).isEqualTo(items.stream().map(FrameWriterTest::text).toList());
  }

  @Test
  void noFrameIsLongerThanTheStreamCarries() {
    for (int i = 0; i < 100; i++) {
      writer.add(new Item.Outgoing(1, 0, new byte[1_000]));
    }
    writer.add(new Item.Outgoing(1, 0, new byte[Mux.PAYLOAD_BYTES_MAX]));
    int bytes = 0;
    for (byte[] frame; (frame = writer.next()) != null; ) {
      assertThat(frame.length).isLessThanOrEqualTo(FRAME_BYTES_MAX);
      bytes += frame.length;
    }

    assertThat(bytes).isGreaterThan(100 * 1_000 + Mux.PAYLOAD_BYTES_MAX);
  }

  private static List<String> read(byte[] frame) {
    FrameReader items = new FrameReader(new WireReader(frame));
    List<String> texts = new ArrayList<>();
    for (Item item; (item = items.next()) != null; ) {
      texts.add(text(item));
    }
    return texts;
  }

  private static String text(Item item) {
    if (item instanceof Item.Open open) {
      return "open " + open.number() + " " + open.pair() + " " + open.handshake()[0];
    } else if (item instanceof Item.Outgoing sent) {
      return sent.channel() + ": " + sent.type() + " " + sent.payload()[0];
    } else if (item instanceof Item.Message received) {
      byte[] payload = received.payload().raw();
      return received.channel() + ": " + received.type() + " " + payload[0];
    }
    return item.toString();
  }
}
