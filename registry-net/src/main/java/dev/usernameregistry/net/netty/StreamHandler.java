package dev.usernameregistry.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries bytes and time between one socket and its machine; decides nothing. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // sockets tell what failed by closing
final class StreamHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(StreamHandler.class);

  /** What is made at a time before it is given to the socket. */
  private static final int FLUSHED_BYTES = 32 << 10;

  /** How long a peer has to read the last that is sent to it; then the socket is closed. */
  private static final long LINGER_NANOS = 2_000_000_000L;

  private final Starter starter;
  private @Nullable StreamMachine machine;
  private @Nullable Wakeup wakeup;
  private String lastWords = "the peer closed the connection";
  private boolean closing;
  private boolean carrying;

  /** Whether {@link #carry} was asked for while it ran. */
  private boolean again;

  StreamHandler(Starter starter) {
    this.starter = starter;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    String address = text(ctx.channel().remoteAddress());
    wakeup = new Wakeup(ctx.executor(), () -> fire(ctx));
    machine = starter.start(address, () -> guarded(ctx, () -> carry(ctx)), System.nanoTime());
    if (machine == null) {
      ctx.close();
    } else {
      carry(ctx);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (machine != null && !closing && message instanceof ByteBuf bytes) {
        for (ByteBuffer buffer : bytes.nioBuffers()) {
          machine.receive(buffer, System.nanoTime());
        }
        carry(ctx);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    carry(ctx);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    if (wakeup != null) {
      wakeup.cancel();
    }
    if (machine != null) {
      machine.gone(lastWords, System.nanoTime());
      machine = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lastWords = String.valueOf(cause.getMessage());
    if (!(cause instanceof IOException)) {
      LOG.error("the connection with {} failed", ctx.channel().remoteAddress(), cause);
    }
    ctx.close();
  }

  private void carry(ChannelHandlerContext ctx) {
    StreamMachine live = machine;
    Wakeup timer = wakeup;
    if (live == null || timer == null || closing || carrying) {
      again = carrying;
      return;
    }
    carrying = true;
    long now = System.nanoTime();
    try {
      do {
        again = false;
        write(ctx, live, now);
      } while (again);
    } finally {
      carrying = false;
    }
    if (live.ended()) {
      closing = true;
      timer.cancel();
      timer.set(now + LINGER_NANOS, now); // a peer that reads nothing would keep the socket
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      ctx.channel().config().setAutoRead(live.wantsBytes());
      timer.set(live.nextTimeoutNanos(), now);
    }
  }

  private static void write(ChannelHandlerContext ctx, StreamMachine live, long now) {
    int unflushed = 0;
    for (ByteBuffer bytes; ctx.channel().isWritable() && (bytes = live.nextBytes(now)) != null; ) {
      unflushed += bytes.remaining();
      ctx.write(Unpooled.wrappedBuffer(bytes), ctx.voidPromise());
      if (unflushed >= FLUSHED_BYTES) { // the peer has something to do while we make the rest
        ctx.flush();
        unflushed = 0;
      }
    }
    if (unflushed > 0) {
      ctx.flush();
    }
  }

  private void fire(ChannelHandlerContext ctx) {
    StreamMachine live = machine;
    if (closing) {
      ctx.close();
    } else if (live != null) {
      guarded(
          ctx,
          () -> {
            live.onTimeout(System.nanoTime());
            carry(ctx);
          });
    }
  }

  /** Does what Netty does not watch over; a mistake of ours there ends this connection only. */
  private void guarded(ChannelHandlerContext ctx, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | AssertionError bug) {
      exceptionCaught(ctx, bug);
    }
  }

  /** Returns {@code host:port}; IPv6 in its short spelling, as people type it, in brackets. */
  static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet
        && inet.getAddress() instanceof Inet6Address six) {
      int scope = six.getHostAddress().indexOf('%'); // which the short spelling leaves out
      String zone = scope < 0 ? "" : six.getHostAddress().substring(scope);
      return "[" + NetUtil.toAddressString(six) + zone + "]:" + inet.getPort();
    }
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      return inet.getAddress().getHostAddress() + ":" + inet.getPort();
    }
    return String.valueOf(address);
  }
}
