package dev.usernameregistry.net.replication;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.crypto.KeyPair;
import dev.usernameregistry.log.Evidence;
import dev.usernameregistry.log.Log;
import dev.usernameregistry.log.LogListener;
import dev.usernameregistry.log.Manifest;
import dev.usernameregistry.memory.MemoryStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Peers of one log and the air between them. Nothing is lost and each direction keeps its order,
 * but what happens next among all that could happen is drawn from a seed; without one, it happens
 * in a fixed order.
 */
final class Air {
  static final KeyPair SIGNER = KeyPair.fromSeed(new byte[32]);
  static final Manifest MANIFEST = Manifest.single(SIGNER.publicKey());
  private static final byte[] HANDSHAKE_HASH = new byte[64];

  /** Everything that was said and done, in order. */
  final List<String> transcript = new ArrayList<>();

  /** The clock wraps six seconds after the start. */
  long nowNanos = Long.MAX_VALUE - Duration.ofSeconds(6).toNanos();

  private final @Nullable Random random;
  private final List<Peer> peers = new ArrayList<>();
  private final List<End> ends = new ArrayList<>();

  Air(@Nullable Random random) {
    this.random = random;
  }

  Peer writer(String name) {
    return add(new Peer(name, openWriter(new MemoryStorage())));
  }

  Peer reader(String name) {
    return add(new Peer(name, openReader(new MemoryStorage(), MANIFEST.key())));
  }

  Peer peer(String name, Log log) {
    return add(new Peer(name, log));
  }

  private Peer add(Peer peer) {
    peers.add(peer);
    return peer;
  }

  static Log openWriter(MemoryStorage storage) {
    try {
      return Log.open(storage.openLog(MANIFEST.key()), MANIFEST, Optional.of(SIGNER));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Log openReader(MemoryStorage storage, Key key) {
    try {
      return Log.open(storage.openLog(key), key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects two peers; returns the two ends, that of {@code one} first. */
  List<End> connect(Peer one, Peer other) {
    End first = new End(one, true);
    End second = new End(other, false);
    first.other = second;
    second.other = first;
    first.session.open(second.session.handshake(), nowNanos);
    second.session.open(first.session.handshake(), nowNanos);
    ends.addAll(List.of(first, second));
    pump();
    return List.of(first, second);
  }

  /** Lets happen what can happen until all are idle. */
  void drive() {
    for (int steps = 0; step(); steps++) {
      if (steps > 1_000_000) {
        throw new AssertionError("no end:\n" + String.join("\n", transcript));
      }
    }
  }

  /** Lets one thing happen; returns false if all are idle. */
  boolean step() {
    List<Runnable> possible = new ArrayList<>();
    for (Peer peer : peers) {
      peer.offer(possible);
    }
    for (End end : ends) {
      if (!end.inbox.isEmpty()) {
        possible.add(end::deliver);
      }
    }
    if (possible.isEmpty()) {
      return false;
    }
    possible.get(random == null ? 0 : random.nextInt(possible.size())).run();
    pump();
    return true;
  }

  void pump() {
    for (Peer peer : peers) {
      peer.pump();
    }
  }

  /** Returns what happened last, for the message of a failing test. */
  String lastLines() {
    for (End end : ends) {
      note(end.owner.name + " trouble with " + end.peerName() + ": " + end.session.trouble());
    }
    int count = transcript.size();
    return String.join("\n", transcript.subList(Math.max(0, count - 100), count));
  }

  void note(String line) {
    transcript.add(line);
  }

  /** One peer of the log. */
  final class Peer implements LogListener {
    final String name;
    final Log log;
    final Replication replication;

    /** Changes what this peer says; null says nothing. */
    UnaryOperator<@Nullable Message> tongue = UnaryOperator.identity();

    private final Deque<Runnable> news = new ArrayDeque<>();

    private final Map<ReplicationSession, End> bySession = new LinkedHashMap<>();
    private final List<Work> toRun = new ArrayList<>();
    private final List<Work> toFinish = new ArrayList<>();

    Peer(String name, Log log) {
      this.name = name;
      this.log = log;
      this.replication = new Replication(log);
      log.addListener(this);
    }

    void append(String... values) {
      append(Arrays.stream(values).map(v -> v.getBytes(StandardCharsets.UTF_8)).toList());
    }

    void append(List<byte[]> values) {
      try {
        log.append(values);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void truncate(long length) {
      try {
        log.truncate(length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void offer(List<Runnable> possible) {
      if (!news.isEmpty()) {
        possible.add(() -> news.remove().run());
      }
      for (Work work : random == null ? toFinish.stream().limit(1).toList() : toFinish) {
        possible.add(
            () -> {
              toFinish.remove(work);
              work.finish(nowNanos);
            });
      }
      for (Work work : random == null ? toRun.stream().limit(1).toList() : toRun) {
        possible.add(
            () -> {
              toRun.remove(work);
              work.run();
              toFinish.add(work);
            });
      }
    }

    private void pump() {
      for (Work work; (work = replication.nextWork()) != null; ) {
        toRun.add(work);
      }
      for (ReplicationSession session; (session = replication.nextReady()) != null; ) {
        End end = bySession.get(session);
        if (end != null) {
          end.send();
        }
      }
    }

    @Override
    public void lengthened(Log log, long previousLength) {
      note(padded() + "lengthened to " + log.length());
      news.add(() -> replication.lengthened(nowNanos));
    }

    @Override
    public void stored(Log log, long start, long length) {
      note(padded() + "stored " + blocks(start, length));
      news.add(() -> replication.stored(start, length, nowNanos));
    }

    @Override
    public void truncated(Log log, long length, long previousLength) {
      note(padded() + "truncated from " + previousLength + " to " + length);
      news.add(() -> replication.truncated(length, previousLength, nowNanos));
    }

    @Override
    public void conflict(Log log, Evidence evidence) {
      note(padded() + "conflict at length " + evidence.length());
      news.add(() -> replication.conflict(nowNanos));
    }

    private String padded() {
      return String.format("%-20s", name);
    }
  }

  private static String blocks(long start, long length) {
    return length == 1 ? "block " + start : "blocks " + start + ".." + (start + length);
  }

  /** One end of a connection. */
  final class End {
    final Peer owner;
    final ReplicationSession session;
    private final Deque<byte[]> inbox = new ArrayDeque<>();
    private final Deque<Integer> types = new ArrayDeque<>();
    private @Nullable End other;

    /** Requests of this end that are not answered, and the most there ever were. */
    int requested;

    End(Peer owner, boolean initiator) {
      this.owner = owner;
      session = owner.replication.join(initiator, HANDSHAKE_HASH, new PageBudget());
      owner.bySession.put(session, this);
    }

    /** Ends the connection on both sides. */
    void disconnect() {
      close();
      if (other != null) {
        other.close();
      }
      pump();
    }

    private void close() {
      session.close(nowNanos);
      inbox.clear();
      types.clear();
      ends.remove(this);
    }

    void send() {
      for (Message message; (message = session.nextMessage()) != null; ) {
        say(message);
      }
      Work answer = session.nextAnswer();
      if (answer != null) {
        owner.toRun.add(answer);
      }
      if (session.isDone() && ends.remove(this)) {
        note(String.format("%-20sleaves %s", owner.name, peerName()));
      }
    }

    private void say(Message message) {
      Message said = owner.tongue.apply(message);
      End to = other;
      if (said == null || to == null) {
        return;
      }
      if (said instanceof Message.Request) {
        requested++;
      }
      note(String.format("%-20s%s", owner.name + " -> " + peerName(), Describe.message(said)));
      WireWriter out = new WireWriter();
      said.encode(out);
      to.types.add(said.type());
      to.inbox.add(out.toByteArray());
    }

    private String peerName() {
      return other == null ? "nobody" : other.owner.name;
    }

    private void deliver() {
      session.receive(types.remove(), new WireReader(inbox.remove()), nowNanos);
    }

    void receive(Message message) {
      WireWriter out = new WireWriter();
      message.encode(out);
      session.receive(message.type(), new WireReader(out.toByteArray()), nowNanos);
      pump();
    }
  }
}
