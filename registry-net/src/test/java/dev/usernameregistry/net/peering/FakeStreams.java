package dev.usernameregistry.net.peering;

import dev.usernameregistry.codec.Ipv4Address;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Streams that say nothing but hello: as long as one is connected and has heard nothing, it sends a
 * greeting with its own id every 200 ms. Whoever destroys a connected stream says so, once.
 *
 * <pre>
 * offset  size  field
 *      0     1  ff
 *      1     4  the receiver's stream
 *      5     4  the sender's stream, or 0 if that is destroyed
 * </pre>
 *
 * <p>A knock has nothing behind the receiver's stream, and the length of a real one.
 */
final class FakeStreams implements Streams {
  static final int KNOCK_BYTES = 20;

  private static final long PAUSE_NANOS = 200_000_000L;
  private static final int GREETINGS_MAX = 150;

  /** A datagram to send. */
  record Datagram(int socket, Ipv4Address to, byte[] bytes) {}

  /** One stream, and everything that happened to it. */
  static final class Stream {
    final FirstPacket hook;
    int socket = -1;
    int remoteId;
    @Nullable Ipv4Address remote;
    boolean destroyed;

    /** Whether it was destroyed because the other end was. */
    boolean endedByPeer;

    final List<Ipv4Address> remotes = new ArrayList<>();

    /** Ids of the streams that greeted this one. */
    final List<Integer> heard = new ArrayList<>();

    private int greetings;
    private long nextNanos = Long.MAX_VALUE;

    private Stream(FirstPacket hook) {
      this.hook = hook;
    }

    boolean isConnected() {
      return remote != null && !destroyed;
    }
  }

  /** The id of the next stream, if it is not 0. */
  int nextId;

  final Map<Integer, Stream> streams = new HashMap<>();
  final Queue<Datagram> outgoing = new ArrayDeque<>();
  private final Random random;

  FakeStreams(long seed) {
    random = new Random(seed);
  }

  Stream get(int id) {
    Stream stream = streams.get(id);
    if (stream == null) {
      throw new AssertionError("no stream " + id);
    }
    return stream;
  }

  static byte[] greeting(int remoteId, int localId) {
    return ByteBuffer.allocate(9).put((byte) 0xff).putInt(remoteId).putInt(localId).array();
  }

  static byte[] knock(int remoteId) {
    return ByteBuffer.allocate(KNOCK_BYTES).put((byte) 0xff).putInt(remoteId).array();
  }

  /** Returns how many streams were neither connected nor destroyed. */
  long unconnected() {
    return streams.values().stream().filter(s -> s.remote == null && !s.destroyed).count();
  }

  @Override
  public int create(FirstPacket hook) {
    int id = nextId;
    nextId = 0;
    while (id == 0 || streams.containsKey(id)) {
      id = random.nextInt();
    }
    streams.put(id, new Stream(hook));
    return id;
  }

  @Override
  public void connect(int localId, int socket, int remoteId, Ipv4Address remote, long nowNanos) {
    if (get(localId).isConnected()) {
      throw new AssertionError("connected twice");
    }
    changeRemote(localId, socket, remoteId, remote, nowNanos);
  }

  @Override
  public void changeRemote(
      int localId, int socket, int remoteId, Ipv4Address remote, long nowNanos) {
    Stream stream = get(localId);
    stream.socket = socket;
    stream.remoteId = remoteId;
    stream.remote = remote;
    stream.remotes.add(remote);
    stream.greetings = 0;
    stream.nextNanos = nowNanos;
  }

  @Override
  public void destroy(int localId, long nowNanos) {
    Stream stream = get(localId);
    if (stream.isConnected()) {
      outgoing.add(datagram(stream, 0));
    }
    stream.destroyed = true;
  }

  void receive(int socket, Ipv4Address from, ByteBuffer datagram, long nowNanos) {
    datagram.get();
    Stream stream = streams.get(datagram.getInt());
    if (stream == null || stream.destroyed) {
      return;
    }
    if (!stream.isConnected() || stream.socket != socket) {
      if (!stream.hook.from(socket, from, nowNanos)) {
        return;
      }
    }
    if (datagram.limit() == KNOCK_BYTES) {
      return;
    }
    int sender = datagram.getInt();
    if (sender == 0) {
      stream.destroyed = true;
      stream.endedByPeer = true;
    } else if (!stream.heard.contains(sender)) {
      stream.heard.add(sender);
      stream.greetings = Math.min(stream.greetings, GREETINGS_MAX - 3);
      stream.nextNanos = nowNanos;
    }
  }

  void onTimeout(long nowNanos) {
    streams.forEach(
        (id, stream) -> {
          if (stream.isConnected() && stream.nextNanos <= nowNanos) {
            greet(id, stream, nowNanos);
          }
        });
  }

  private void greet(int id, Stream stream, long nowNanos) {
    outgoing.add(datagram(stream, id));
    boolean done =
        ++stream.greetings >= GREETINGS_MAX || (!stream.heard.isEmpty() && stream.greetings > 2);
    stream.nextNanos = done ? Long.MAX_VALUE : nowNanos + PAUSE_NANOS;
  }

  private static Datagram datagram(Stream stream, int sender) {
    byte[] bytes = greeting(stream.remoteId, sender);
    return new Datagram(stream.socket, Objects.requireNonNull(stream.remote), bytes);
  }

  long nextTimeoutNanos() {
    return streams.values().stream()
        .filter(Stream::isConnected)
        .mapToLong(stream -> stream.nextNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
