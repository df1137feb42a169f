package dev.usernameregistry.examples.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.usernameregistry.net.UdxPipe;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A stream of ours and one of udx-native, with a bad line between them.
 *
 * <p>udx-native closes as soon as its END is acknowledged and ours is in, and if one packet brings
 * both it does not acknowledge that packet any more. What came with it, tens of packets when it
 * fills a hole, then stays unacknowledged, and our stream rightly does not say that it ended in
 * order. So their END is sent when they have ours: it acknowledges everything.
 */
final class UdxInteropTest {
  private static final int ID = 0x90ab_cdef;
  private static final long BYTES = 16 << 20;
  private static final double LATE = 0.02;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @RegisterExtension static final JsPeers JS = new JsPeers();

  @ParameterizedTest(name = "{0} lost, {1} dial")
  @CsvSource({"0, WE", "0, THEY", "0.02, WE", "0.02, THEY", "0.1, WE", "0.1, THEY"})
  void sixteenMebibytesTravelBothWaysAtOnce(double loss, OurPeers.Dialler dialler)
      throws IOException {
    JsProcess line = JS.run("lossy-proxy.mjs");
    JsProcess theirs = JS.run("udx-peer.mjs");
    UdxTransfer ours = new UdxTransfer(1, BYTES);
    try (UdxPipe pipe = new UdxPipe(ID, ours)) {
      JsonNode ports = open(line, pipe, theirs, loss);
      if (dialler == OurPeers.Dialler.WE) {
        pipe.connect(ports.path(0).asInt());
      }
      theirs.ask("connect", Map.of("stream", unsigned(), "port", ports.path(1).asInt()));

      JsonNode sent = theirs.ask("send", Map.of("bytes", BYTES), PATIENCE);
      JsonNode received = theirs.event("received", PATIENCE);
      theirs.ask("end", Map.of()); // not before: see below

      assertThat(ours.awaitReceived(PATIENCE)).isEqualTo(sent.path("sha256").asText());
      assertThat(received.path("bytes").asLong()).isEqualTo(BYTES);
      assertThat(received.path("sha256").asText()).isEqualTo(ours.sent());
      assertThat(ours.awaitClosed(PATIENCE)).isEqualTo("ENDED");
      assertThat(theirs.event("closed", PATIENCE).path("error").isNull()).isTrue();
    }
    JsonNode counts = line.ask("counts", Map.of());
    assertThat(counts.path("lost").asDouble() / counts.path("all").asDouble())
        .isCloseTo(loss, within(0.01));
    assertThat(counts.path("late").asLong()).isPositive();
  }

  @Test
  void aStreamThatTheyDestroyIsReset() throws IOException {
    JsProcess line = JS.run("lossy-proxy.mjs");
    JsProcess theirs = JS.run("udx-peer.mjs");
    UdxTransfer ours = new UdxTransfer(1, Long.MAX_VALUE);
    try (UdxPipe pipe = new UdxPipe(ID, ours)) {
      JsonNode ports = open(line, pipe, theirs, 0);
      theirs.ask("connect", Map.of("stream", unsigned(), "port", ports.path(1).asInt()));
      theirs.ask("send", Map.of("bytes", 1));

      theirs.ask("destroy", Map.of());

      assertThat(ours.awaitClosed(PATIENCE)).isEqualTo("RESET");
    }
  }

  /** Puts a line between the two; returns the ports of its ends, ours first. */
  private static JsonNode open(JsProcess line, UdxPipe pipe, JsProcess theirs, double loss) {
    int port = theirs.ask("open", Map.of("stream", unsigned())).path("port").asInt();
    Map<String, ?> quality =
        Map.of("peers", List.of(pipe.port(), port), "loss", loss, "late", LATE);
    return line.ask("open", quality).path("ports");
  }

  private static long unsigned() {
    return Integer.toUnsignedLong(ID);
  }
}
