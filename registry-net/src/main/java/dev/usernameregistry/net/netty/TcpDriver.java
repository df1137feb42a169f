package dev.usernameregistry.net.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ServerSocketChannel;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;

/**
 * TCP sockets on one event loop thread. All machines, timers and tasks given to it run there, one
 * at a time. Safe from any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // sockets tell what failed by closing
public final class TcpDriver implements AutoCloseable {
  /** Bytes that may wait in one socket before its machine is not asked for more. */
  private static final WriteBufferWaterMark WAITING_BYTES =
      new WriteBufferWaterMark(64 << 10, 256 << 10);

  private final Transport transport = Transport.best();
  private final SocketLoop loop;

  /** Runs the event loop on a thread of {@code threads}. */
  public TcpDriver(ThreadFactory threads) {
    loop = new SocketLoop(threads, transport.events());
  }

  /** Runs a task on the event loop, in the order of calls by one thread; never once closed. */
  public void execute(Runnable task) {
    loop.execute(task);
  }

  /** Runs a task on the event loop after a while; never once closed. Event loop only. */
  public void schedule(Runnable task, long delayNanos) {
    loop.schedule(task, delayNanos);
  }

  /** Throws {@link IllegalStateException} on the event loop, which cannot wait for itself. */
  public void requireOffLoop() {
    loop.requireOffLoop();
  }

  /**
   * Listens, and waits until it does. Not to be called on the event loop.
   *
   * @param starter is asked about each connection that comes
   * @return the address with the port that was chosen if {@code address} has port 0
   * @throws BindException if it cannot be listened on
   */
  public InetSocketAddress listen(InetSocketAddress address, Starter starter) throws BindException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop.eventLoop())
            .channel(transport.listening())
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING_BYTES)
            .handler(new Tracking())
            .childHandler(new Starting(starter))
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw Refusal.of("cannot listen on", address, bound.cause());
    }
    return ((ServerSocketChannel) bound.channel()).localAddress();
  }

  /** Connects; {@code starter} learns of the connection, or that there is none. */
  public void dial(InetSocketAddress address, long timeoutNanos, Starter starter) {
    int millis = (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeoutNanos / 1_000_000));
    new Bootstrap()
        .disableResolver() // which is resolved, and would leave a thread behind for a second
        .group(loop.eventLoop())
        .channel(transport.stream())
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, WAITING_BYTES)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, millis)
        .handler(new Starting(starter))
        .connect(address)
        .addListener(
            done -> {
              if (!done.isSuccess()) {
                starter.failed(Refusal.reason(done.cause(), address));
              }
            });
  }

  /**
   * Closes all sockets and ends the event loop, and returns when it runs no more tasks. Each
   * machine still learns that its connection is gone. Not to be called on the event loop. Closing
   * twice is harmless.
   */
  @Override
  public void close() {
    loop.close();
  }

  /** Notes a socket that listens. */
  private final class Tracking extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      loop.track(channel);
    }
  }

  /** Notes a socket that carries bytes, and gives it a handler. */
  private final class Starting extends ChannelInitializer<Channel> {
    private final Starter starter;

    Starting(Starter starter) {
      this.starter = starter;
    }

    @Override
    protected void initChannel(Channel channel) {
      loop.track(channel);
      channel.pipeline().addLast(new StreamHandler(starter));
    }
  }
}
