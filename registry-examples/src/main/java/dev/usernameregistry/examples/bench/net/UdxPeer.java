package dev.usernameregistry.examples.bench.net;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.usernameregistry.examples.bench.frame.Commands;
import dev.usernameregistry.examples.terminal.JsonLines;
import dev.usernameregistry.net.UdxPipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One end of UDX streams on loopback, in a process of its own, one stream after the other. Takes
 * the commands of {@code udx-peer.mjs} and gives the same answers; ends at the end of input.
 */
final class UdxPeer implements UdxPipe.End {
  private static final int WRITE_BYTES = 1 << 16;

  private final ByteBuffer some = ByteBuffer.allocateDirect(WRITE_BYTES);
  private final CountDownLatch over = new CountDownLatch(1);

  private long leftBytes;
  private long receivedBytes;
  private long firstNanos;
  private long lastNanos;
  private String trouble = "";

  private UdxPeer(long leftBytes) {
    this.leftBytes = leftBytes;
  }

  /** Carries out the commands on standard input. */
  public static void main(String[] arguments) throws InterruptedException {
    JsonLines lines = new JsonLines(System.out);
    Commands.serve(Map.of("send", UdxPeer::send, "receive", command -> receive(command, lines)));
  }

  private static ObjectNode receive(JsonNode command, JsonLines lines)
      throws IOException, InterruptedException {
    UdxPeer end = new UdxPeer(0);
    try (UdxPipe pipe = new UdxPipe(command.path("stream").asInt(), end)) {
      lines.say(JsonLines.event("receiving").put("port", pipe.port()));
      end.over.await();
    }
    return end.answer()
        .put("received", end.receivedBytes)
        .put("millis", (end.lastNanos - end.firstNanos) / 1e6);
  }

  private static ObjectNode send(JsonNode command) throws IOException, InterruptedException {
    UdxPeer end = new UdxPeer(command.path("bytes").asLong());
    try (UdxPipe pipe = new UdxPipe(command.path("stream").asInt(), end)) {
      pipe.connect(command.path("port").asInt());
      end.over.await();
    }
    return end.answer();
  }

  private ObjectNode answer() {
    ObjectNode answer = Commands.answer();
    return trouble.isEmpty() ? answer : answer.put("error", trouble);
  }

  @Override
  public @Nullable ByteBuffer next() {
    int count = (int) Math.min(leftBytes, WRITE_BYTES);
    leftBytes -= count;
    return count == 0 ? null : some.slice(0, count);
  }

  @Override
  public void received(ByteBuffer bytes) {
    lastNanos = System.nanoTime();
    if (receivedBytes == 0) {
      firstNanos = lastNanos;
    }
    receivedBytes += bytes.remaining();
  }

  @Override
  public void remoteEnded() {}

  @Override
  public void closed(boolean inOrder, String reason) {
    trouble = inOrder ? "" : "the stream was closed: " + reason;
    over.countDown();
  }
}
