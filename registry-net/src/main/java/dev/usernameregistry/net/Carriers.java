package dev.usernameregistry.net;

import dev.usernameregistry.codec.Ipv4Address;
import dev.usernameregistry.net.netty.StreamMachine;
import dev.usernameregistry.net.peering.FirstPacket;
import dev.usernameregistry.net.peering.Streams;
import dev.usernameregistry.net.time.Times;
import dev.usernameregistry.net.udx.Route;
import dev.usernameregistry.net.udx.StreamState;
import dev.usernameregistry.net.udx.UdxOptions;
import dev.usernameregistry.net.udx.UdxStream;
import dev.usernameregistry.net.udx.UdxStreams;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All streams of a node, and the machines that speak over them. Loop only. */
final class Carriers implements Streams {
  private static final Logger LOG = LoggerFactory.getLogger(Carriers.class);

  private final UdxStreams udx = new UdxStreams(UdxOptions.DEFAULT);
  private final RandomGenerator random;

  /** By local stream id; streams that ended are taken out when they are noticed. */
  private final Map<Integer, StreamCarrier> carriers = new HashMap<>();

  private StreamListener listener = StreamListener.NONE;

  /**
   * When machines and lingering streams are looked at next: at their earliest deadline or before. A
   * deadline that moves to a later time is noticed only then.
   */
  private long wakeNanos = Long.MAX_VALUE;

  private boolean settling;

  Carriers(RandomGenerator random) {
    this.random = random;
  }

  /** Learns what becomes of streams. */
  interface StreamListener {
    /** A listener that does not care. */
    StreamListener NONE =
        new StreamListener() {
          @Override
          public void heard(int streamId, long nowNanos) {}

          @Override
          public void ended(int streamId, long nowNanos) {}
        };

    /** The peer has sent to a connected stream; told again for what comes later. */
    void heard(int streamId, long nowNanos);

    /** A stream has ended; its machine knows. */
    void ended(int streamId, long nowNanos);
  }

  void listen(StreamListener listener) {
    this.listener = listener;
  }

  @Override
  public int create(FirstPacket hook) {
    int localId = random.nextInt();
    while (!udx.isFree(localId)) {
      localId = random.nextInt();
    }
    carriers.put(localId, new StreamCarrier(udx.create(localId, hook::from)));
    return localId;
  }

  @Override
  public void connect(int localId, int socket, int remoteId, Ipv4Address remote, long nowNanos) {
    StreamCarrier carrier = carriers.get(localId);
    if (carrier != null) {
      carrier.connect(socket, remoteId, remote, nowNanos);
    }
  }

  @Override
  public void changeRemote(
      int localId, int socket, int remoteId, Ipv4Address remote, long nowNanos) {
    StreamCarrier carrier = carriers.get(localId);
    if (carrier != null) {
      carrier.changeRemote(socket, remoteId, remote, nowNanos);
    }
  }

  @Override
  public void destroy(int localId, long nowNanos) {
    StreamCarrier carrier = carriers.get(localId);
    if (carrier != null) {
      carrier.destroy(nowNanos);
    }
  }

  /**
   * Has a machine speak over a connected stream from now on. It is told when that is gone, at once
   * if it is gone already. Call {@link #wake} when it has something to send or ended by itself.
   */
  void carry(int localId, StreamMachine machine, long nowNanos) {
    StreamCarrier carrier = carriers.get(localId);
    if (carrier == null) {
      machine.gone("the stream ended", nowNanos);
      return;
    }
    carrier.start(machine);
    guarded(this::advance, carrier, nowNanos);
  }

  /** Carries what a machine wants sent, or ends its stream. */
  void wake(int localId, long nowNanos) {
    StreamCarrier carrier = carriers.get(localId);
    if (carrier != null) {
      guarded(this::advance, carrier, nowNanos);
    }
  }

  private void advance(StreamCarrier carrier, long nowNanos) {
    carrier.carry(nowNanos);
    wakeNanos = Times.earlier(wakeNanos, carrier.nextTimeoutNanos());
  }

  /** Returns where a stream is connected to, or null. */
  @Nullable Route route(int localId) {
    StreamCarrier carrier = carriers.get(localId);
    return carrier == null ? null : carrier.route();
  }

  /** Returns whether a stream has not ended, or nobody was told yet that it has. */
  boolean isThere(int localId) {
    return carriers.containsKey(localId);
  }

  /** Returns whether the peer has sent to a connected stream. */
  boolean isHeard(int localId) {
    StreamCarrier carrier = carriers.get(localId);
    return carrier != null && isHeard(carrier.stream());
  }

  private static boolean isHeard(UdxStream stream) {
    return stream.state() == StreamState.CONNECTED && stream.statistics().packetsReceived() > 0;
  }

  int count() {
    return carriers.size();
  }

  /** Takes in a datagram; returns false if it is for no live stream. */
  boolean receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    boolean taken = udx.receive(socket, from, datagram, nowNanos);
    if (taken) {
      settle(nowNanos);
    }
    return taken;
  }

  /** Looks after all streams that changed. */
  void settle(long nowNanos) {
    if (settling) {
      return;
    }
    settling = true;
    try {
      for (UdxStream stream; (stream = udx.nextChanged()) != null; ) {
        StreamCarrier carrier = carriers.get(stream.localId());
        if (carrier != null && carrier.stream() == stream) {
          guarded(this::look, carrier, nowNanos);
        }
      }
    } finally {
      settling = false;
    }
  }

  /** Something that is done for one stream. */
  private interface Step {
    void take(StreamCarrier carrier, long nowNanos);
  }

  /** Does something for one stream; a mistake of ours there ends it, and no other one. */
  private static void guarded(Step step, StreamCarrier carrier, long nowNanos) {
    try {
      step.take(carrier, nowNanos);
    } catch (RuntimeException | AssertionError bug) {
      LOG.error("a stream ended by an error in this library", bug);
      carrier.destroy(nowNanos);
    }
  }

  private void look(StreamCarrier carrier, long nowNanos) {
    UdxStream stream = carrier.stream();
    if (isHeard(stream)) {
      listener.heard(stream.localId(), nowNanos);
    }
    advance(carrier, nowNanos);
    if (stream.state() == StreamState.CLOSED) {
      carriers.remove(stream.localId());
      carrier.gone(nowNanos);
      listener.ended(stream.localId(), nowNanos);
    }
  }

  @Nullable Route nextDatagram(ByteBuffer out, long nowNanos) {
    settle(nowNanos);
    return udx.nextDatagram(out, nowNanos);
  }

  void onTimeout(long nowNanos) {
    udx.onTimeout(nowNanos);
    if (Times.isDue(wakeNanos, nowNanos)) {
      wakeNanos = Long.MAX_VALUE;
      for (StreamCarrier carrier : List.copyOf(carriers.values())) {
        guarded(StreamCarrier::onTimeout, carrier, nowNanos);
      }
      for (StreamCarrier carrier : carriers.values()) {
        wakeNanos = Times.earlier(wakeNanos, carrier.nextTimeoutNanos());
      }
    }
    settle(nowNanos);
  }

  long nextTimeoutNanos() {
    return Times.earlier(udx.nextTimeoutNanos(), wakeNanos);
  }

  /** Ends every stream at once, so that no peer waits for one. */
  void destroyAll(long nowNanos) {
    List.copyOf(carriers.values()).forEach(carrier -> carrier.destroy(nowNanos));
    settle(nowNanos);
  }
}
