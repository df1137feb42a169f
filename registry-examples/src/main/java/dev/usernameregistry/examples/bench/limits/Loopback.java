package dev.usernameregistry.examples.bench.limits;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Bytes over one TCP connection on loopback, from one thread to another. */
final class Loopback {
  private static final int WRITE_BYTES = 1 << 16;

  private Loopback() {}

  /** Sends for {@code nanos}; returns how fast all of it arrived. */
  static double megabytesPerSecond(long nanos) throws IOException, InterruptedException {
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocketChannel server =
        ServerSocketChannel.open().bind(new InetSocketAddress(here, 0))) {
      Thread sender = new Thread(new Sender(server, nanos), "bench-loopback");
      sender.start();
      try (SocketChannel receiver = SocketChannel.open(server.getLocalAddress())) {
        long startNanos = System.nanoTime();
        long bytes = readAll(receiver);
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return bytes / 1e6 / seconds;
      } finally {
        sender.join();
      }
    }
  }

  private static long readAll(SocketChannel receiver) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(WRITE_BYTES);
    long bytes = 0;
    int count = receiver.read(buffer);
    while (count >= 0) {
      bytes += count;
      count = receiver.read(buffer.clear());
    }
    return bytes;
  }

  /** Accepts one connection and writes to it for a while. */
  private record Sender(ServerSocketChannel server, long nanos) implements Runnable {
    @Override
    public void run() {
      try (SocketChannel to = server.accept()) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(WRITE_BYTES);
        long startNanos = System.nanoTime();
        while (System.nanoTime() - startNanos < nanos) {
          to.write(buffer.clear());
        }
      } catch (IOException e) {
        System.err.println(
            "loopback could not be measured: " + e); // the receiver's end comes early
      }
    }
  }
}
