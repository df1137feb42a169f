package dev.usernameregistry.net.mux;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.codec.MalformedMessageException;
import dev.usernameregistry.testkit.Vectors;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MuxFuzzTest {
  private static final int INPUTS = 200_000;

  @Test
  void anyFramesGiveEventsOrTheOneException() {
    Random random = new Random(4);
    List<byte[]> seeds = seeds();
    int faults = 0;
    int events = 0;
    Mux mux = opened();
    for (int i = 0; i < INPUTS; i++) {
      byte[] frame = random.nextInt(4) == 0 ? random(random) : mutated(seeds, random);
      try {
        mux.receive(ByteBuffer.wrap(frame));
        events += drain(mux, random);
      } catch (MalformedMessageException e) {
        faults++;
        mux = opened();
      }
    }
    // the test proves little unless both outcomes are common
    assertThat(faults).isGreaterThan(INPUTS / 20);
    assertThat(events).isGreaterThan(INPUTS / 20);
  }

  private static int drain(Mux mux, Random random) {
    int events = 0;
    for (MuxEvent event; (event = mux.nextEvent()) != null; events++) {
      if (event instanceof MuxEvent.Asked asked && random.nextBoolean()) {
        if (random.nextBoolean()) {
          mux.open(asked.pair(), new byte[0]);
        } else {
          mux.reject(asked.pair());
        }
      } else if (event instanceof MuxEvent.Received received && random.nextInt(20) == 0) {
        received.channel().close();
      }
    }
    int frames = 0;
    while (mux.nextFrame() != null) {
      frames++;
    }
    assertThat(frames).isLessThanOrEqualTo(100);
    return events;
  }

  private static Mux opened() {
    Mux mux = new Mux(Map.of("x", "p"));
    mux.open(new Pair("p", new byte[0]), new byte[0]);
    mux.open(new Pair("q", new byte[0]), new byte[0]);
    mux.receive(ByteBuffer.wrap(new byte[] {0, 1, 1, 1, 'p', 0}));
    return mux;
  }

  private static List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    Vectors vectors = Vectors.load("protomux");
    vectors.cases("frames").forEach(frame -> seeds.add(Vectors.bytes(frame.get("hex"))));
    for (JsonNode reaction : vectors.cases("reactions")) {
      seeds.addAll(Vectors.bytesList(reaction.get("input")));
    }
    return seeds;
  }

  private static byte[] random(Random random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    for (int i = 0; i < Math.min(3, bytes.length); i++) {
      bytes[i] &= 3;
    }
    return bytes;
  }

  private static byte[] mutated(List<byte[]> seeds, Random random) {
    byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
    for (int n = random.nextInt(4); n > 0 && bytes.length > 0; n--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(random.nextBoolean() ? 256 : 8);
    }
    int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
    return Arrays.copyOf(bytes, length);
  }
}
