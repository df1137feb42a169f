package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A reader, a writer, and peers that let the reader wait. */
abstract class SlowPeerScene {
  final Air air = new Air(null);
  final Peer writer = air.writer("writer");
  final Peer reader = air.reader("reader");
  final Slow slow = new Slow("slow");

  /** How often the reader asked for each block since this is noted. */
  final Map<Long, Integer> asked = new HashMap<>();

  /** How many have passed. */
  int seconds;

  /** A peer with all that the writer has, whose answers are held back until they are let go. */
  final class Slow {
    final Peer peer;
    final Deque<Message> held = new ArrayDeque<>();

    Slow(String name) {
      peer = air.peer(name, writer.log);
      peer.tongue = this::hold;
    }

    @Nullable Message hold(@Nullable Message message) {
      if (message instanceof Message.Data data && data.proof().request() != 0) {
        held.add(message);
        return null;
      }
      return message;
    }

    /** Answers the oldest request. */
    void answerOne(End facing) {
      Message answer = held.poll();
      if (answer != null) {
        facing.receive(answer);
        air.drive();
      }
    }

    void answerAll(End facing) {
      while (!held.isEmpty()) {
        answerOne(facing);
      }
    }
  }

  final End connect(Peer peer) {
    End end = air.connect(reader, peer).get(0);
    air.drive();
    return end;
  }

  /** Lets seconds pass, and the driver look after the sessions at every fifth. */
  final void pass(int count) {
    for (int i = 0; i < count; i++) {
      seconds++;
      air.nowNanos += Duration.ofSeconds(1).toNanos();
      if (seconds % 5 == 0) {
        reader.replication.sessions().forEach(session -> session.onTimeout(air.nowNanos));
        air.pump();
      }
      air.drive();
    }
  }

  final Message noted(Message message) {
    if (message instanceof Message.Request request && request.request().block() != null) {
      asked.merge(request.request().block().index(), 1, Integer::sum);
    }
    return message;
  }

  /** The reader knows how long the log is, and has none of its blocks. */
  final void knowHead() throws IOException {
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, writer.log.length());
    Made head = writer.log.prove(ProofRequest.of(1, 0, all).withManifest());
    reader.log.apply(((Made.Ready) head).proof());
  }

  /** Connects a peer that says it has so many blocks, and answers nothing. */
  final End connectLiar(long length) {
    Peer liar = air.reader("liar");
    liar.tongue = message -> null;
    End end = connect(liar);
    claim(end, length);
    return end;
  }

  final void claim(End liar, long length) {
    liar.receive(new Range(false, 0, length));
    liar.receive(
        new Sync(0, length, reader.log.length(), true, true, true, true, false, Sync.NO_TAG));
    air.drive();
  }

  final void assertHasAll() {
    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(writer.log.length());
  }

  /** Neither end has been blamed for anything, nor is asked less well than before. */
  static void assertInGoodStanding(End end) {
    assertThat(end.session.isOpen()).isTrue();
    assertThat(end.session.trouble()).isEmpty();
    assertThat(end.session.requests().isCautious()).isFalse();
    assertThat(end.session.unappliedBytes()).isZero();
  }

  static List<byte[]> numbered(int count) {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(new byte[] {(byte) i, (byte) (i >> 8)});
    }
    return values;
  }
}
