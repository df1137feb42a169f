package dev.usernameregistry.net.netty;

import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What sockets are made with. */
enum Transport {
  /**
   * Linux: fewer system calls for each turn of a loop, reads and sends many datagrams with one, and
   * knows all socket options.
   */
  EPOLL {
    @Override
    IoHandlerFactory events() {
      return EpollIoHandler.newFactory();
    }

    @Override
    Class<? extends ServerSocketChannel> listening() {
      return EpollServerSocketChannel.class;
    }

    @Override
    Class<? extends SocketChannel> stream() {
      return EpollSocketChannel.class;
    }

    @Override
    DatagramChannel newSocket() {
      DatagramChannel socket = new EpollDatagramChannel(SocketProtocolFamily.INET);
      socket.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, DATAGRAM_BYTES);
      socket.config().setRecvByteBufAllocator(received(BATCH * DATAGRAM_BYTES));
      socket.config().setOption(MTU_DISCOVER, MTU_DISCOVER_PROBE);
      return socket;
    }

    @Override
    void setTtl(DatagramChannel socket, int ttl) {
      socket.config().setOption(TTL, ttl);
    }
  },

  /** Any system that Java runs on. Does not fragment from Java 19 on, and sets no time to live. */
  NIO {
    @Override
    IoHandlerFactory events() {
      return NioIoHandler.newFactory();
    }

    @Override
    Class<? extends ServerSocketChannel> listening() {
      return NioServerSocketChannel.class;
    }

    @Override
    Class<? extends SocketChannel> stream() {
      return NioSocketChannel.class;
    }

    @Override
    DatagramChannel newSocket() throws IOException {
      java.nio.channels.DatagramChannel socket =
          java.nio.channels.DatagramChannel.open(StandardProtocolFamily.INET);
      for (SocketOption<?> option : socket.supportedOptions()) {
        if (option.name().equals("IP_DONTFRAGMENT")) {
          setTrue(socket, option);
        }
      }
      DatagramChannel channel = new NioDatagramChannel(socket);
      channel.config().setRecvByteBufAllocator(received(DATAGRAM_BYTES));
      return channel;
    }

    @Override
    void setTtl(DatagramChannel socket, int ttl) {}
  };

  /** The largest datagram that is read whole. */
  static final int DATAGRAM_BYTES = 2048;

  /** Datagrams read with one system call. */
  private static final int BATCH = 64;

  /** Datagrams read from one socket before others have their turn. */
  private static final int READ_IN_TURN = 4 * BATCH;

  private static final int KERNEL_BUFFER_BYTES = 4 << 20;

  /** Bytes that may wait in one socket before the machine is not asked for more. */
  private static final WriteBufferWaterMark WAITING_BYTES =
      new WriteBufferWaterMark(256 << 10, 1 << 20);

  // ip(7): level, options and value of Linux
  private static final int IPPROTO_IP = 0;
  private static final IntegerUnixChannelOption TTL =
      new IntegerUnixChannelOption("IP_TTL", IPPROTO_IP, 2);
  private static final IntegerUnixChannelOption MTU_DISCOVER =
      new IntegerUnixChannelOption("IP_MTU_DISCOVER", IPPROTO_IP, 10);
  private static final int MTU_DISCOVER_PROBE = 3;

  /**
   * Returns the best one that works here. For the first who asks Netty unpacks a library into the
   * temporary folder, loads it and deletes it; a process that is told to end waits for that, so
   * that nothing stays behind.
   */
  static Transport best() {
    return Best.TRANSPORT;
  }

  /** Returns what an event loop needs for such sockets. */
  abstract IoHandlerFactory events();

  /** Returns what listens for TCP connections. */
  abstract Class<? extends ServerSocketChannel> listening();

  /** Returns what carries one TCP connection. */
  abstract Class<? extends SocketChannel> stream();

  /** Makes a socket that fragments nothing where that can be had. */
  abstract DatagramChannel newSocket() throws IOException;

  /** Sets after how many routers what is sent from now on is dropped, where that can be had. */
  abstract void setTtl(DatagramChannel socket, int ttl);

  /** Opens a socket that reads nothing yet. */
  DatagramChannel open() throws IOException {
    DatagramChannel socket = newSocket();
    socket.config().setAutoRead(false);
    socket.config().setOption(ChannelOption.SO_RCVBUF, KERNEL_BUFFER_BYTES);
    socket.config().setOption(ChannelOption.SO_SNDBUF, KERNEL_BUFFER_BYTES);
    socket.config().setWriteBufferWaterMark(WAITING_BYTES);
    setTtl(socket, DatagramRoute.USUAL_TTL);
    return socket;
  }

  private static FixedRecvByteBufAllocator received(int bytes) {
    FixedRecvByteBufAllocator buffers = new FixedRecvByteBufAllocator(bytes);
    buffers.maxMessagesPerRead(READ_IN_TURN);
    return buffers;
  }

  @SuppressWarnings("unchecked") // an option of this name has this type
  private static void setTrue(java.nio.channels.DatagramChannel socket, SocketOption<?> option)
      throws IOException {
    socket.setOption((SocketOption<Boolean>) option, true);
  }

  /** Found out once, when it is first asked for. */
  private static final class Best {
    /** Unpacking is done in a tenth of a second; a disk that needs longer than this is stuck. */
    private static final long PATIENCE_SECONDS = 5;

    static final Transport TRANSPORT = find();

    private static Transport find() {
      CountDownLatch found = new CountDownLatch(1);
      Thread waiting = new Thread(() -> await(found), "netty-unpacking");
      try {
        Runtime.getRuntime().addShutdownHook(waiting);
      } catch (IllegalStateException tooLate) {
        return NIO; // the process is ending: begin nothing that may be cut off
      }
      try {
        return Epoll.isAvailable() ? EPOLL : NIO;
      } finally {
        found.countDown();
        release(waiting);
      }
    }

    private static void await(CountDownLatch found) {
      try {
        found.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static void release(Thread waiting) {
      try {
        Runtime.getRuntime().removeShutdownHook(waiting);
      } catch (IllegalStateException ending) {
        // it has done what it was for
      }
    }
  }
}
