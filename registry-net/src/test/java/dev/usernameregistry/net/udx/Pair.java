package dev.usernameregistry.net.udx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.Ipv4Address;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** Two nodes with one stream each and the air between them, on a clock that the test moves. */
final class Pair {
  static final long MILLI = 1_000_000L;
  static final long SECOND = 1_000 * MILLI;

  /** One datagram on the air. */
  record Flying(
      long arrivesNanos, long order, Peer to, Ipv4Address from, int socket, byte[] bytes) {
    Packet packet() {
      return Packet.decode(ByteBuffer.wrap(bytes));
    }
  }

  final Peer alice;
  final Peer bob;
  long nowNanos = 1_000 * SECOND;

  /** How long the next datagram is on the air. */
  LongSupplier latencyNanos = () -> 10 * MILLI;

  /** Which datagrams are lost. */
  Predicate<Flying> drops = datagram -> false;

  /** Which datagrams arrive twice. */
  Predicate<Flying> doubles = datagram -> false;

  /** Bytes on the air, headers of IP and UDP included, above which a datagram is lost. */
  int mtu = 1500;

  private final PriorityQueue<Flying> air =
      new PriorityQueue<>(
          Comparator.comparingLong(Flying::arrivesNanos).thenComparingLong(Flying::order));
  private final ByteBuffer out = ByteBuffer.allocate(UdxStreams.DATAGRAM_BYTES_MAX);
  private long order;

  /** When something was sent or arrived last. */
  private long activeNanos;

  Pair() {
    this(UdxOptions.DEFAULT);
  }

  Pair(UdxOptions options) {
    this(options, 0, 0);
  }

  /** Begins with these packet numbers. */
  Pair(UdxOptions options, int aliceSeq, int bobSeq) {
    alice = new Peer("alice", Ipv4Address.of("10.0.0.1", 1000), options, 1, aliceSeq, bobSeq);
    bob = new Peer("bob", Ipv4Address.of("10.0.0.2", 2000), options, 2, bobSeq, aliceSeq);
    alice.stream.connect(0, 2, bob.address, nowNanos);
    bob.stream.connect(0, 1, alice.address, nowNanos);
  }

  /** Lets both do what they want until nothing is left to do; returns how long anything flew. */
  long drive() {
    return driveFor(Long.MAX_VALUE / 2);
  }

  /** Lets both do what they want, but for no longer than this. */
  long driveFor(long nanos) {
    long start = nowNanos;
    long end = start + nanos;
    settle();
    for (long next; (next = nextNanos()) != Long.MAX_VALUE && next - end <= 0; ) {
      nowNanos = Math.max(nowNanos, next);
      step();
      settle();
    }
    if (nanos != Long.MAX_VALUE / 2) {
      nowNanos = end;
    }
    return activeNanos - start;
  }

  /** Lets so much time pass without anything being done. */
  void skip(long nanos) {
    nowNanos += nanos;
  }

  int onTheAir() {
    return air.size();
  }

  private long nextNanos() {
    Flying first = air.peek();
    long next = first == null ? Long.MAX_VALUE : first.arrivesNanos();
    next = Math.min(next, alice.streams.nextTimeoutNanos());
    return Math.min(next, bob.streams.nextTimeoutNanos());
  }

  private void step() {
    Flying first = air.peek();
    if (first != null && first.arrivesNanos() <= nowNanos) {
      air.remove();
      activeNanos = nowNanos;
      Peer to = first.to();
      to.streams.receive(first.socket(), first.from(), ByteBuffer.wrap(first.bytes()), nowNanos);
      return;
    }
    alice.streams.onTimeout(nowNanos);
    bob.streams.onTimeout(nowNanos);
  }

  private void settle() {
    alice.act(nowNanos);
    bob.act(nowNanos);
    pump(alice, bob);
    pump(bob, alice);
  }

  private void pump(Peer from, Peer to) {
    for (Route route; (route = from.streams.nextDatagram(out, nowNanos)) != null; out.clear()) {
      byte[] bytes = new byte[out.flip().remaining()];
      out.get(bytes);
      assertThat(bytes).hasSizeLessThanOrEqualTo(Packet.SENT_BYTES_MAX);
      from.sentCount++;
      activeNanos = nowNanos;
      Ipv4Address source = from.address.withPort(from.address.port() + route.socket());
      int socket = route.to().port() - to.address.port();
      Flying flying =
          new Flying(nowNanos + latencyNanos.getAsLong(), order++, to, source, socket, bytes);
      from.watch.accept(flying);
      if (bytes.length + 28 > mtu || drops.test(flying)) {
        continue;
      }
      air.add(flying);
      if (doubles.test(flying)) {
        long arrivesNanos = nowNanos + latencyNanos.getAsLong();
        air.add(new Flying(arrivesNanos, order++, to, source, socket, bytes));
      }
    }
  }

  /** One node, and a user who reads at once and writes what he was given as soon as he may. */
  static final class Peer {
    final String name;
    final Ipv4Address address;
    final UdxStreams streams;
    final UdxStream stream;

    /** Sees every datagram that this node sends. */
    Consumer<Flying> watch = datagram -> {};

    /** Whether the user reads. */
    boolean reads = true;

    int sentCount;
    private byte[] toWrite = {};
    private int written;
    private boolean ends;
    private boolean ended;
    private byte[] received = new byte[64];
    private int receivedCount;

    private Peer(
        String name, Ipv4Address address, UdxOptions options, int id, int seq, int remoteSeq) {
      this.name = name;
      this.address = address;
      streams = new UdxStreams(options);
      stream = streams.create(id, (socket, from, now) -> true, seq, remoteSeq);
    }

    /** Gives the user bytes to write and says whether to end after them. */
    Peer writes(byte[] bytes, boolean thenEnds) {
      toWrite = bytes;
      written = 0;
      ends = thenEnds;
      return this;
    }

    byte[] received() {
      return Arrays.copyOf(received, receivedCount);
    }

    int receivedCount() {
      return receivedCount;
    }

    private void act(long nowNanos) {
      while (reads) {
        ByteBuffer bytes = stream.read();
        if (bytes == null) {
          break;
        }
        int count = bytes.remaining();
        if (receivedCount + count > received.length) {
          received = Arrays.copyOf(received, 2 * (receivedCount + count));
        }
        bytes.get(received, receivedCount, count);
        receivedCount += count;
      }
      while (written < toWrite.length && stream.isWritable()) {
        int count = Math.min(64 << 10, toWrite.length - written);
        stream.write(ByteBuffer.wrap(toWrite, written, count), nowNanos);
        written += count;
      }
      if (ends && !ended && written == toWrite.length && stream.closeReason() == null) {
        ended = true;
        stream.end(nowNanos);
      }
    }
  }
}
