package dev.usernameregistry.net.netty;

import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;

/**
 * UDP sockets on one event loop thread, for one machine. The machine, its timers and all tasks
 * given to the driver run there, one at a time. Safe from any thread.
 *
 * <p>On Linux datagrams are read and sent many at a time, never fragmented, and probes get the time
 * to live that they ask for. Elsewhere, and where Netty's native part is missing, the sockets of
 * the JDK are used: one at a time, unfragmented from Java 19 on, with the system's time to live.
 */
public final class DatagramDriver implements AutoCloseable {
  private final SocketLoop loop;
  private final DatagramCarrier carrier;

  /** Runs the event loop on a thread of {@code threads}. */
  public DatagramDriver(ThreadFactory threads) {
    this(threads, Transport.best());
  }

  DatagramDriver(ThreadFactory threads, Transport transport) {
    loop = new SocketLoop(threads, transport.events());
    carrier = new DatagramCarrier(loop, transport);
  }

  /**
   * Opens a socket, and waits until it is open. Not to be called on the event loop. Sockets that
   * the machine asks for later are bound to the host of the first one.
   *
   * @param socket the number that the machine knows the socket by
   * @return the port, which was chosen if {@code address} has port 0
   * @throws IOException if the address cannot be had
   */
  public int bind(int socket, InetSocketAddress address) throws IOException {
    if (!(address.getAddress() instanceof Inet4Address)) {
      throw new IllegalArgumentException(address + " is not an IPv4 address");
    }
    Future<Integer> port = loop.submit(() -> carrier.open(socket, address));
    if (port.awaitUninterruptibly().cause() instanceof IOException refused) {
      throw refused;
    }
    return port.syncUninterruptibly().getNow();
  }

  /** Has {@code machine} speak, and brings it what came since the sockets were bound. */
  public void start(DatagramMachine machine) {
    loop.execute(() -> carrier.start(machine));
  }

  /**
   * Has the machine asked what it wants, after a task changed it. Calls in a row are one. Event
   * loop only.
   */
  public void wake() {
    carrier.wake();
  }

  /** Runs a task on the event loop, in the order of calls by one thread; never once closed. */
  public void execute(Runnable task) {
    loop.execute(task);
  }

  /** Runs a task on the event loop after a while; never once closed. Event loop only. */
  public void schedule(Runnable task, long delayNanos) {
    loop.schedule(task, delayNanos);
  }

  /** Returns whether the calling thread is the event loop. */
  public boolean onLoop() {
    return loop.onLoop();
  }

  /** Throws {@link IllegalStateException} on the event loop, which cannot wait for itself. */
  public void requireOffLoop() {
    loop.requireOffLoop();
  }

  /**
   * Closes all sockets and ends the event loop, and returns when it runs no more tasks. What the
   * machine still wants sent stays unsent. Not to be called on the event loop. Closing twice is
   * harmless.
   */
  @Override
  public void close() {
    loop.execute(carrier::close);
    loop.close();
  }
}
