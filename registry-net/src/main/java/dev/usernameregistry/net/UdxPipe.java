package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.netty.DatagramDriver;
import dev.usernameregistry.net.netty.DatagramMachine;
import dev.usernameregistry.net.netty.DatagramRoute;
import dev.usernameregistry.net.netty.SocketChange;
import dev.usernameregistry.net.udx.CloseReason;
import dev.usernameregistry.net.udx.Route;
import dev.usernameregistry.net.udx.UdxOptions;
import dev.usernameregistry.net.udx.UdxStream;
import dev.usernameregistry.net.udx.UdxStreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One stream of UDX on a socket of its own on this computer, without discovery and encryption: for
 * measurements and tests. A registry uses a network instead. Safe from any thread.
 */
public final class UdxPipe implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int SOCKET = 0;

  private final NamedThreads threads = new NamedThreads("udx-pipe");
  private final DatagramDriver driver = new DatagramDriver(threads);
  private final Machine machine;
  private final int port;

  /** Who sends and receives. Called by one thread, which must not wait. */
  public interface End {
    /** Returns the next bytes to send, or null if there will be none. Not asked after that. */
    @Nullable ByteBuffer next();

    /** Takes the next bytes, which are the caller's to keep. */
    void received(ByteBuffer bytes);

    /** The other side has sent everything. */
    void remoteEnded();

    /** The stream is closed: in order, after both sides ended, or with the reason why not. */
    void closed(boolean inOrder, String reason);
  }

  /**
   * Opens the socket. The stream is not connected; the first packet that comes for it connects it
   * to the sender of the packet.
   *
   * @param id the id of the stream, at both ends
   * @throws IOException if there is no socket to be had
   */
  public UdxPipe(int id, End end) throws IOException {
    machine = new Machine(id, end);
    port = driver.bind(SOCKET, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    driver.start(machine);
  }

  /** Returns the port of the socket. */
  public int port() {
    return port;
  }

  /** Connects to the other end and starts to send. */
  public void connect(int port) {
    driver.execute(
        () -> {
          machine.connect(Ipv4Address.of(HOST, port), System.nanoTime());
          driver.wake();
        });
  }

  /** Closes the socket at once, whatever is under way, and returns when the thread has ended. */
  @Override
  public void close() {
    driver.close();
    threads.join();
  }

  /** Joins the streams and the end. Event loop only. */
  private static final class Machine implements DatagramMachine {
    private final UdxStreams streams = new UdxStreams(UdxOptions.DEFAULT);
    private final int id;
    private final End end;
    private final UdxStream stream;
    private boolean sentAll;
    private boolean told;
    private boolean toldEnd;

    Machine(int id, End end) {
      this.id = id;
      this.end = end;
      this.stream = streams.create(id, this::accept);
    }

    void connect(Ipv4Address to, long nowNanos) {
      stream.connect(SOCKET, id, to, nowNanos);
      write(nowNanos);
    }

    private boolean accept(int socket, Ipv4Address from, long nowNanos) {
      connect(from, nowNanos);
      return true;
    }

    @Override
    public void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
      streams.receive(socket, from, datagram, nowNanos);
    }

    @Override
    public @Nullable SocketChange nextSocketChange(long nowNanos) {
      return null;
    }

    @Override
    public @Nullable DatagramRoute next(ByteBuffer out, long nowNanos) {
      if (streams.nextChanged() != null) {
        read();
        write(nowNanos);
      }
      Route route = streams.nextDatagram(out, nowNanos);
      return route == null ? null : new DatagramRoute(route.socket(), route.to());
    }

    private void read() {
      for (ByteBuffer bytes; (bytes = stream.read()) != null; ) {
        end.received(bytes);
      }
      if (stream.remoteEnded() && !toldEnd) {
        toldEnd = true;
        end.remoteEnded();
      }
      CloseReason reason = stream.closeReason();
      if (reason != null && !told) {
        told = true;
        end.closed(reason == CloseReason.ENDED, reason.toString());
      }
    }

    private void write(long nowNanos) {
      while (!sentAll && stream.isWritable()) {
        ByteBuffer bytes = end.next();
        if (bytes != null) {
          stream.write(bytes, nowNanos);
        } else {
          sentAll = true;
          stream.end(nowNanos);
        }
      }
    }

    @Override
    public void onTimeout(long nowNanos) {
      streams.onTimeout(nowNanos);
    }

    @Override
    public long nextTimeoutNanos() {
      return streams.nextTimeoutNanos();
    }
  }
}
