package dev.usernameregistry.examples.bench;

import dev.usernameregistry.net.UdxPipe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One end of a stream of ours, over and over; {@code udx-end.mjs} is the same for the reference.
 *
 * <pre>
 * stdin                   stdout
 * receive ID              port PORT, and when the other end has ended: received BYTES NANOSECONDS
 * send ID PORT BYTES      sent, when everything has been acknowledged
 * </pre>
 */
final class UdxEnd implements UdxPipe.End {
  private static final int WRITE_BYTES = 1 << 16;

  private final ByteBuffer some = ByteBuffer.allocateDirect(WRITE_BYTES);
  private final CountDownLatch over = new CountDownLatch(1);
  private long bytesLeft;
  private long bytes;
  private long firstNanos;
  private long lastNanos;

  private UdxEnd(long bytesLeft) {
    this.bytesLeft = bytesLeft;
  }

  /** Carries out the commands on standard input. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line; (line = lines.readLine()) != null; ) {
      String[] words = line.split(" ", -1);
      int id = Integer.parseInt(words[1]);
      if (words[0].equals("receive")) {
        receive(id);
      } else {
        send(id, Integer.parseInt(words[2]), Long.parseLong(words[3]));
      }
    }
  }

  private static void receive(int id) throws IOException, InterruptedException {
    UdxEnd end = new UdxEnd(0);
    try (UdxPipe pipe = new UdxPipe(id, end)) {
      System.out.println("port " + pipe.port());
      end.over.await();
    }
    System.out.println("received " + end.bytes + " " + (end.lastNanos - end.firstNanos));
  }

  private static void send(int id, int port, long bytes) throws IOException, InterruptedException {
    UdxEnd end = new UdxEnd(bytes);
    try (UdxPipe pipe = new UdxPipe(id, end)) {
      pipe.connect(port);
      end.over.await();
    }
    System.out.println("sent");
  }

  @Override
  public @Nullable ByteBuffer next() {
    int count = (int) Math.min(bytesLeft, WRITE_BYTES);
    bytesLeft -= count;
    return count == 0 ? null : some.slice(0, count);
  }

  @Override
  public void received(ByteBuffer more) {
    lastNanos = System.nanoTime();
    if (bytes == 0) {
      firstNanos = lastNanos;
    }
    bytes += more.remaining();
  }

  @Override
  public void remoteEnded() {}

  @Override
  public void closed(boolean inOrder, String reason) {
    over.countDown();
  }
}
