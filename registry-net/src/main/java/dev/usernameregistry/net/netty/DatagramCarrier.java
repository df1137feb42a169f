package dev.usernameregistry.net.netty;

import dev.usernameregistry.codec.Ipv4Address;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.socket.DatagramChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries datagrams and time between sockets and their machine; decides nothing. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // sockets tell what failed by closing
final class DatagramCarrier {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramCarrier.class);

  /** Datagrams sent before what came in has its turn. */
  private static final int SENT_IN_TURN = 256;

  private final SocketLoop loop;
  private final Transport transport;
  private final Wakeup wakeup;
  private final Addresses addresses = new Addresses();
  private final Map<Integer, DatagramHandler> sockets = new HashMap<>();
  private final ByteBufAllocator buffers = ByteBufAllocator.DEFAULT;
  private @Nullable DatagramMachine machine;

  /** Where sockets that the machine asks for are bound: the host of the first one. */
  private InetAddress host = addresses.recipient(new Ipv4Address(0, 0)).getAddress();

  /** The socket that was written to last. */
  private @Nullable DatagramHandler last;

  /** Room for the next datagram. */
  private @Nullable ByteBuf room;

  private boolean carrying;

  /** Whether {@link #carry} is among the tasks of the loop. */
  private boolean woken;

  DatagramCarrier(SocketLoop loop, Transport transport) {
    this.loop = loop;
    this.transport = transport;
    this.wakeup = new Wakeup(loop.eventLoop(), this::fire);
  }

  /** Opens a socket; returns its port. */
  int open(int number, InetSocketAddress address) throws IOException {
    if (sockets.containsKey(number)) {
      throw new IllegalArgumentException("socket " + number + " is open");
    }
    DatagramChannel channel = newChannel();
    DatagramHandler socket = new DatagramHandler(this, number, transport, channel);
    channel.pipeline().addLast(socket);
    loop.track(channel);
    loop.eventLoop().register(channel);
    ChannelFuture bound = channel.bind(address);
    if (!bound.isSuccess()) {
      channel.close();
      throw Refusal.of("cannot bind UDP", address, bound.cause());
    }
    if (sockets.isEmpty()) {
      host = address.getAddress();
    }
    sockets.put(number, socket);
    if (machine != null) {
      socket.read();
    }
    return channel.localAddress().getPort();
  }

  void start(DatagramMachine machine) {
    this.machine = machine;
    sockets.values().forEach(DatagramHandler::read);
    carry();
  }

  /** Has {@link #carry} run once the tasks that are due have run. */
  void wake() {
    if (!woken) {
      woken = true;
      loop.execute(
          () -> {
            woken = false;
            carry();
          });
    }
  }

  /** Forgets the machine. The sockets are closed with the loop. */
  void close() {
    machine = null;
    wakeup.cancel();
    if (room != null) {
      room.release();
      room = null;
    }
  }

  void received(int number, InetSocketAddress from, ByteBuffer datagram) {
    if (machine != null) {
      machine.receive(number, addresses.from(from), datagram, System.nanoTime());
    }
  }

  /** Sends what the machine wants sent, and asks when to wake it. */
  void carry() {
    DatagramMachine live = machine;
    if (live == null || carrying) {
      return;
    }
    carrying = true;
    long now = System.nanoTime();
    try {
      int sent = 0;
      while (sent < SENT_IN_TURN && !isFull() && sendNext(live, now)) {
        sent++;
      }
      if (sent == SENT_IN_TURN) {
        wake();
      }
    } finally {
      sockets.values().forEach(DatagramHandler::flush);
      carrying = false;
      wakeup.set(live.nextTimeoutNanos(), now);
    }
  }

  private boolean sendNext(DatagramMachine live, long now) {
    for (SocketChange change; (change = live.nextSocketChange(now)) != null; ) {
      make(change);
    }
    ByteBuf bytes = room != null ? room : buffers.directBuffer(Transport.DATAGRAM_BYTES);
    room = bytes;
    ByteBuffer out = bytes.nioBuffer(0, Transport.DATAGRAM_BYTES);
    DatagramRoute route = live.next(out, now);
    if (route == null) {
      return false;
    }
    DatagramHandler socket = sockets.get(route.socket());
    if (socket != null) {
      room = null;
      bytes.writerIndex(out.position());
      socket.write(bytes, addresses.recipient(route.to()), route.ttl());
      last = socket;
    }
    return true;
  }

  private boolean isFull() {
    if (last == null || !last.isFull()) {
      return false;
    }
    last.flush();
    return last.isFull();
  }

  private void fire() {
    try {
      act();
    } catch (RuntimeException | AssertionError bug) {
      LOG.error("a timer was not acted on", bug); // nobody else looks at what became of it
    }
  }

  private void act() {
    try {
      if (machine != null) {
        machine.onTimeout(System.nanoTime());
      }
    } finally {
      carry();
    }
  }

  private void make(SocketChange change) {
    int number = change.socket();
    if (change.kind() == SocketChange.Kind.CLOSE) {
      DatagramHandler socket = sockets.remove(number);
      if (socket != null) {
        socket.close();
      }
      return;
    }
    try {
      open(number, new InetSocketAddress(host, 0));
    } catch (IOException e) {
      LOG.warn("all datagrams of one more socket are lost: {}", e.getMessage());
    }
  }

  private DatagramChannel newChannel() throws IOException {
    try {
      return transport.open();
    } catch (ChannelException e) {
      throw new IOException("no UDP socket can be opened: " + e.getMessage(), e);
    }
  }
}
