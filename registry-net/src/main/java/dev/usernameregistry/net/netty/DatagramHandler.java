package dev.usernameregistry.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One socket of a {@link DatagramCarrier}. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // what cannot be sent is lost, as any datagram may be
final class DatagramHandler extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramHandler.class);

  private final DatagramCarrier carrier;
  private final int number;
  private final Transport transport;
  private final DatagramChannel channel;
  private int ttl = DatagramRoute.USUAL_TTL;
  private boolean unflushed;

  DatagramHandler(
      DatagramCarrier carrier, int number, Transport transport, DatagramChannel channel) {
    this.carrier = carrier;
    this.number = number;
    this.transport = transport;
    this.channel = channel;
  }

  /** Has datagrams brought from now on; those that came since it was bound wait in the kernel. */
  void read() {
    channel.config().setAutoRead(true);
  }

  /** Takes the bytes; they may leave only with the next {@link #flush}. */
  void write(ByteBuf bytes, InetSocketAddress to, int hops) {
    if (hops != ttl) {
      flush();
      transport.setTtl(channel, hops);
      ttl = hops;
    }
    channel.write(new DatagramPacket(bytes, to), channel.voidPromise());
    unflushed = true;
  }

  /** Sends what was written; costs nothing if that is nothing. */
  void flush() {
    if (unflushed) {
      unflushed = false;
      channel.flush();
    }
  }

  boolean isFull() {
    return channel.isOpen() && !channel.isWritable();
  }

  void close() {
    flush();
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (message instanceof DatagramPacket packet) {
        carrier.received(number, packet.sender(), packet.content().nioBuffer());
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    carrier.carry();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    carrier.carry();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("a datagram of socket {} was lost: {}", number, cause.getMessage());
    } else {
      LOG.error("a datagram on socket {} was not taken in", number, cause);
    }
  }
}
