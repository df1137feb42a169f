package dev.usernameregistry.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** One event loop thread and the sockets that are open on it. Safe from any thread. */
@SuppressWarnings("FutureReturnValueIgnored") // sockets tell what failed by closing
final class SocketLoop {
  private final EventLoop loop;

  /** Open sockets, listening ones among them. Event loop only. */
  private final Set<Channel> channels = new HashSet<>();

  private boolean closed;

  SocketLoop(ThreadFactory threads, IoHandlerFactory sockets) {
    loop = new SingleThreadIoEventLoop(null, threads, sockets);
  }

  EventLoop eventLoop() {
    return loop;
  }

  /** Runs a task on the event loop, in the order of calls by one thread; never once closed. */
  void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException closing) {
      // the loop has ended, and the task with it
    }
  }

  /**
   * Runs a task on the event loop.
   *
   * @throws IllegalStateException if this is closed
   */
  <T> Future<T> submit(Callable<T> task) {
    try {
      return loop.submit(task);
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("closed", e);
    }
  }

  /** Runs a task on the event loop after a while; never once closed. Event loop only. */
  void schedule(Runnable task, long delayNanos) {
    if (!closed) {
      loop.schedule(() -> execute(task), delayNanos, TimeUnit.NANOSECONDS); // which logs failures
    }
  }

  /** Returns whether the calling thread is the event loop. */
  boolean onLoop() {
    return loop.inEventLoop();
  }

  /** Throws {@link IllegalStateException} on the event loop, which cannot wait for itself. */
  void requireOffLoop() {
    if (onLoop()) {
      throw new IllegalStateException("the network cannot wait for itself: called on its loop");
    }
  }

  /** Notes a socket, so that it is closed with this loop, or at once if that is closed. */
  void track(Channel channel) {
    if (closed) {
      channel.close();
      return;
    }
    channels.add(channel);
    channel.closeFuture().addListener(done -> channels.remove(channel));
  }

  /**
   * Closes all sockets and ends the event loop, and returns when it runs no more tasks. Not to be
   * called on the event loop. Closing twice is harmless.
   */
  void close() {
    if (onLoop()) {
      throw new IllegalStateException("the event loop cannot wait for its own end");
    }
    execute(this::closeChannels);
    loop.shutdownGracefully(0, 5, TimeUnit.SECONDS);
    loop.terminationFuture().awaitUninterruptibly();
  }

  private void closeChannels() {
    closed = true;
    List.copyOf(channels).forEach(Channel::close);
  }
}
