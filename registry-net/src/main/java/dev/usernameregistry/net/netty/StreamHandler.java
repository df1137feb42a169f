package dev.usernameregistry.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries bytes and time between one socket and its machine; decides nothing. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // sockets tell what failed by closing
final class StreamHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(StreamHandler.class);

  private final Starter starter;
  private @Nullable StreamMachine machine;
  private @Nullable ScheduledFuture<?> wakeup;
  private long wakeupNanos = Long.MAX_VALUE;
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
    machine = starter.start(address, () -> carry(ctx), System.nanoTime());
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
      wakeup.cancel(false);
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
    if (live == null || closing || carrying) {
      again = carrying;
      return;
    }
    carrying = true;
    long now = System.nanoTime();
    do {
      again = false;
      write(ctx, live, now);
    } while (again);
    carrying = false;
    if (live.ended()) {
      closing = true;
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      ctx.channel().config().setAutoRead(live.wantsBytes());
      schedule(ctx, live.nextTimeoutNanos(), now);
    }
  }

  private static void write(ChannelHandlerContext ctx, StreamMachine live, long now) {
    boolean wrote = false;
    for (ByteBuffer bytes; ctx.channel().isWritable() && (bytes = live.nextBytes(now)) != null; ) {
      ctx.write(Unpooled.wrappedBuffer(bytes), ctx.voidPromise());
      wrote = true;
    }
    if (wrote) {
      ctx.flush();
    }
  }

  private void schedule(ChannelHandlerContext ctx, long atNanos, long nowNanos) {
    if (wakeup != null && wakeupNanos <= atNanos) {
      return;
    }
    if (wakeup != null) {
      wakeup.cancel(false);
      wakeup = null;
    }
    wakeupNanos = atNanos;
    if (atNanos != Long.MAX_VALUE) {
      long delay = Math.max(0, atNanos - nowNanos);
      wakeup = ctx.executor().schedule(() -> fire(ctx), delay, TimeUnit.NANOSECONDS);
    }
  }

  private void fire(ChannelHandlerContext ctx) {
    wakeup = null;
    wakeupNanos = Long.MAX_VALUE;
    if (machine != null) {
      machine.onTimeout(System.nanoTime());
      carry(ctx);
    }
  }

  static String text(SocketAddress address) {
    if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
      String host = inet.getAddress().getHostAddress();
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + inet.getPort();
    }
    return String.valueOf(address);
  }
}
