package dev.usernameregistry.net.netty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A machine that sends what it is given and keeps what it gets, on a driver of its own. */
final class Mailbox implements DatagramMachine, AutoCloseable {
  static final InetAddress HOST = InetAddress.getLoopbackAddress();
  private static final long PATIENCE_SECONDS = 20;

  final DatagramDriver driver;

  /** Threads of the driver. */
  private final List<Thread> threads = new CopyOnWriteArrayList<>();

  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> timeouts = new LinkedBlockingQueue<>();

  /** Event loop only, as all below. */
  private final Deque<Sent> unsent = new ArrayDeque<>();

  private final Deque<SocketChange> changes = new ArrayDeque<>();
  private long timeoutNanos = Long.MAX_VALUE;
  private long timeoutCalls;

  /** What came to which socket. */
  record Received(int socket, Ipv4Address from, String text) {}

  private record Sent(DatagramRoute route, byte[] bytes) {}

  Mailbox(Transport transport) {
    driver = new DatagramDriver(this::newThread, transport);
  }

  int bind(int socket) throws Exception {
    return driver.bind(socket, new InetSocketAddress(HOST, 0));
  }

  Mailbox start() {
    driver.start(this);
    return this;
  }

  void send(int socket, int port, String text) {
    send(new DatagramRoute(socket, at(port)), text.getBytes(StandardCharsets.UTF_8));
  }

  void send(DatagramRoute route, byte[] bytes) {
    change(() -> unsent.add(new Sent(route, bytes)));
  }

  void change(SocketChange change) {
    change(() -> changes.add(change));
  }

  /** Has the machine changed on the event loop, and asked afterwards. */
  void change(Runnable task) {
    driver.execute(
        () -> {
          task.run();
          driver.wake();
        });
  }

  void setTimeout(long atNanos) {
    change(() -> timeoutNanos = atNanos);
  }

  Received next() throws InterruptedException {
    return present(received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  /** Returns when the next timer went off. */
  long nextTimeout() throws InterruptedException {
    return present(timeouts.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
  }

  /** Returns how often the machine was told that time has passed. */
  long timeoutCalls() throws Exception {
    CompletableFuture<Long> calls = new CompletableFuture<>();
    driver.execute(() -> calls.complete(timeoutCalls));
    return calls.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /** Returns when the thread of the driver has ended. */
  void awaitEnd() throws InterruptedException {
    assertThat(threads).hasSize(1);
    threads.get(0).join();
  }

  private Thread newThread(Runnable task) {
    threads.add(new Thread(task, "mailbox"));
    return threads.get(threads.size() - 1);
  }

  private static <T> T present(@Nullable T found) {
    if (found == null) {
      throw new AssertionError("nothing came in " + PATIENCE_SECONDS + " s");
    }
    return found;
  }

  static Ipv4Address at(int port) {
    return Ipv4Address.of("127.0.0.1", port);
  }

  @Override
  public void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    String text = StandardCharsets.UTF_8.decode(datagram).toString();
    received.add(new Received(socket, from, text));
  }

  @Override
  public @Nullable SocketChange nextSocketChange(long nowNanos) {
    return changes.poll();
  }

  @Override
  public @Nullable DatagramRoute next(ByteBuffer out, long nowNanos) {
    Sent sent = unsent.poll();
    if (sent == null) {
      return null;
    }
    out.put(sent.bytes);
    return sent.route;
  }

  @Override
  public void onTimeout(long nowNanos) {
    timeoutCalls++;
    if (timeoutNanos - nowNanos <= 0) {
      timeoutNanos = Long.MAX_VALUE;
      timeouts.add(nowNanos);
    }
  }

  @Override
  public long nextTimeoutNanos() {
    return timeoutNanos;
  }

  @Override
  public void close() {
    driver.close();
  }
}
