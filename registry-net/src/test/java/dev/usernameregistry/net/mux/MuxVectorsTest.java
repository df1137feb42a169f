package dev.usernameregistry.net.mux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.testkit.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MuxVectorsTest {
  private static final Vectors VECTORS = Vectors.load("protomux");

  static Stream<Arguments> frames() {
    return VECTORS.arguments("frames");
  }

  static Stream<Arguments> reactions() {
    return VECTORS.arguments("reactions");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void frameIsReadAsTheReferenceDoes(String name, JsonNode frame) {
    List<String> expected = new ArrayList<>();
    itemsOf(frame).forEach(item -> expected.add(describe(item)));

    assertThat(read(Vectors.bytes(frame.get("hex")))).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("frames")
  void frameIsWrittenAsTheReferenceDoes(String name, JsonNode frame) {
    List<Item.Sendable> items = new ArrayList<>();
    itemsOf(frame).forEach(item -> items.add(item(item)));
    WireWriter out = new WireWriter();
    if (frame.get("decoded").get("kind").asText().equals("batch")) {
      FrameWriter.writeBatch(items, out);
      assertThat(FrameWriter.batchBytes(items)).isEqualTo(out.toByteArray().length);
    } else {
      out.uint(items.get(0).channel());
      items.get(0).encode(out);
    }

    assertThat(hex(out.toByteArray())).isEqualTo(frame.get("hex").asText());
  }

  @Test
  void answersOfOneSideOfTheExchangeAreThoseOfTheReference() {
    Map<Pair, Item.Open> opens = new HashMap<>();
    List<String> answers = new ArrayList<>();
    for (byte[] frame : framesFrom("B")) {
      answers.addAll(read(frame));
      FrameReader reader = new FrameReader(new WireReader(frame));
      for (Item item; (item = reader.next()) != null; ) {
        if (item instanceof Item.Open open) {
          opens.put(open.pair(), open);
        }
      }
    }
    Mux mux = new Mux(Map.of());
    List<String> ours = new ArrayList<>();
    for (byte[] frame : framesFrom("A")) {
      mux.receive(ByteBuffer.wrap(frame));
      for (MuxEvent event; (event = mux.nextEvent()) != null; ) {
        if (event instanceof MuxEvent.Asked asked) {
          Item.Open open = opens.get(asked.pair());
          if (open == null) {
            mux.reject(asked.pair());
          } else {
            mux.open(asked.pair(), open.handshake());
          }
        }
      }
      for (byte[] answer; (answer = mux.nextFrame()) != null; ) {
        ours.addAll(read(answer));
      }
    }

    assertThat(ours).isEqualTo(answers).isNotEmpty();
  }

  private static List<byte[]> framesFrom(String side) {
    List<byte[]> frames = new ArrayList<>();
    for (JsonNode line : VECTORS.get("exchange").get("transcript")) {
      if (line.get("from").asText().equals(side)) {
        frames.add(Vectors.bytes(line.get("hex")));
      }
    }
    return frames;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("reactions")
  void muxReactsAsTheReferenceDoes(String name, JsonNode reaction) {
    Reactor reactor = new Reactor(reaction.get("setup").asText());
    boolean broken = reactor.takeAll(reaction.get("input"));

    if (!reaction.get("destroyed").asBoolean()) {
      assertThat(broken).as("connection ends").isFalse();
      assertThat(reactor.sent).isEqualTo(texts(reaction.get("output")));
      assertThat(reactor.seen).isEqualTo(texts(reaction.get("seen")));
    } else if (reactor.opened) {
      assertThat(broken).as("connection ends").isTrue();
    }
    // before the first open we are more lenient than the reference: the peer's raw key may come
  }

  @Test
  void primitivesAreReadAsTheReferenceDoes() {
    JsonNode primitives = VECTORS.get("primitives");
    for (String kind : List.of("uint", "uintNonMinimalAccepted")) {
      assertThat(primitives.get(kind)).isNotEmpty();
      for (JsonNode c : primitives.get(kind)) {
        assertThat(reader(c).uint()).isEqualTo(c.get("value").asLong());
      }
    }
    for (JsonNode c : primitives.get("uintRejected")) {
      assertThatThrownBy(() -> reader(c).uint()).isInstanceOf(MalformedMessageException.class);
    }
    for (JsonNode c : primitives.get("uint64")) {
      assertThat(reader(c).uint64()).isEqualTo(c.get("value").asLong());
    }
    for (JsonNode c : primitives.get("string")) {
      assertThat(reader(c).string(1000)).isEqualTo(c.get("value").asText());
    }
    for (JsonNode c : primitives.get("buffer")) {
      assertThat(hex(reader(c).bytes(1 << 20))).isEqualTo(c.get("value").asText());
    }
    for (JsonNode c : primitives.get("uint32array")) {
      int[] words = reader(c).uint32Array(1000);
      assertThat(words).hasSize(c.get("value").size());
      for (int i = 0; i < words.length; i++) {
        assertThat(Integer.toUnsignedLong(words[i])).isEqualTo(c.get("value").get(i).asLong());
      }
    }
  }

  private static WireReader reader(JsonNode c) {
    return new WireReader(Vectors.bytes(c.get("hex")));
  }

  private static List<JsonNode> itemsOf(JsonNode frame) {
    JsonNode decoded = frame.get("decoded");
    List<JsonNode> items = new ArrayList<>();
    if (decoded.has("items")) {
      decoded.get("items").forEach(items::add);
    } else {
      items.add(decoded);
    }
    assertThat(items).isNotEmpty();
    return items;
  }

  private static Item.Sendable item(JsonNode item) {
    long channel = item.get("channel").asLong();
    return switch (item.get("kind").asText()) {
      case "open" -> new Item.Open(channel, pair(item), Vectors.bytes(item.get("handshake")));
      case "reject" -> new Item.Reject(channel);
      case "close" -> new Item.Close(channel);
      default ->
          new Item.Outgoing(channel, item.get("type").asLong(), Vectors.bytes(item.get("payload")));
    };
  }

  private static Pair pair(JsonNode item) {
    byte @Nullable [] id = Vectors.bytesOrNull(item.get("id"));
    return new Pair(item.get("protocol").asText(), id == null ? new byte[0] : id);
  }

  private static String describe(JsonNode item) {
    long channel = item.get("channel").asLong();
    return switch (item.get("kind").asText()) {
      case "open" -> "open " + channel + " " + pair(item) + " " + item.get("handshake").asText();
      case "reject" -> "reject " + channel;
      case "close" -> "close " + channel;
      default ->
          "message "
              + channel
              + " "
              + item.get("type").asLong()
              + " "
              + item.get("payload").asText();
    };
  }

  private static List<String> read(byte[] frame) {
    FrameReader reader = new FrameReader(new WireReader(frame));
    List<String> items = new ArrayList<>();
    for (Item item; (item = reader.next()) != null; ) {
      if (item instanceof Item.Open open) {
        items.add("open " + open.number() + " " + open.pair() + " " + hex(open.handshake()));
      } else if (item instanceof Item.Reject reject) {
        items.add("reject " + reject.number());
      } else if (item instanceof Item.Close close) {
        items.add("close " + close.number());
      } else if (item instanceof Item.Message message) {
        String payload = hex(message.payload().raw());
        items.add("message " + message.channel() + " " + message.type() + " " + payload);
      }
    }
    return items;
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /** A mux prepared as a reaction's setup says, with the two messages of the reaction protocol. */
  private static final class Reactor {
    final Mux mux = new Mux(Map.of());
    final List<String> seen = new ArrayList<>();
    final List<String> sent = new ArrayList<>();
    boolean opened;
    private final String setup;
    private final Pair pair;

    Reactor(String setup) {
      JsonNode protocol = VECTORS.get("reactionProtocol");
      this.setup = setup;
      pair = new Pair(protocol.get("protocol").asText(), Vectors.bytes(protocol.get("id")));
      if (setup.equals("open")) {
        mux.open(pair, new byte[0]);
        mux.nextFrame();
      }
    }

    /** Returns whether the peer's fault ended the connection. */
    boolean takeAll(JsonNode frames) {
      try {
        for (JsonNode frame : frames) {
          mux.receive(ByteBuffer.wrap(Vectors.bytes(frame)));
          for (MuxEvent event; (event = mux.nextEvent()) != null; ) {
            take(event);
          }
          for (byte[] out; (out = mux.nextFrame()) != null; ) {
            sent.add(hex(out));
          }
        }
        return false;
      } catch (MalformedMessageException e) {
        return true;
      }
    }

    private void take(MuxEvent event) {
      if (event instanceof MuxEvent.Asked asked) {
        opened = true;
        if (setup.equals("pair") && asked.pair().equals(pair)) {
          seen.add("notify");
          mux.open(pair, new byte[0]);
        } else {
          mux.reject(asked.pair());
        }
      } else if (event instanceof MuxEvent.Opened) {
        opened = true;
        seen.add("open");
      } else if (event instanceof MuxEvent.Closed) {
        seen.add("close remote=true");
      } else if (event instanceof MuxEvent.Received received) {
        if (received.type() == 0) {
          seen.add("0:" + hex(received.payload().raw()));
        } else if (received.type() == 1) {
          seen.add("1:" + received.payload().uint());
        }
      }
    }
  }
}
