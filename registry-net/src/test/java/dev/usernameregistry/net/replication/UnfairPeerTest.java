package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer that keeps the reader from what an honest one would give it. */
class UnfairPeerTest {
  private static final int STEPS_MAX = 20_000;

  private final Air air = new Air(new Random(1));
  private final Peer writer = air.writer("writer");
  private final Peer unfair = air.peer("unfair", writer.log);
  private final Peer reader = air.reader("reader");

  @BeforeEach
  void append() {
    writer.append(numbered(20));
  }

  @Test
  void aRequestThatIsPassedOverIsAskedOfAnotherAlthoughAllElseIsAnswered() {
    unfair.tongue = message -> isData(message, 5) ? null : message;
    End held = air.connect(reader, unfair).get(0);
    air.drive();
    air.connect(reader, writer);
    air.drive();
    assertThat(reader.log.has(5)).isFalse();

    for (int round = 0; round < 10; round++) {
      air.nowNanos += Duration.ofSeconds(20).toNanos();
      held.session.onTimeout(air.nowNanos);
      air.pump();
      writer.append("more");
      air.drive();
    }

    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(30);
  }

  @Test
  void aPeerThatAnnouncesAndRefusesTheSameBlocksDoesNotKeepThemFromOthers() {
    End facing = air.connect(reader, unfair).get(0);
    unfair.tongue =
        message -> {
          if (!(message instanceof Message.Data data) || data.proof().upgrade() != null) {
            return message;
          }
          facing.receive(new Range(false, 0, 20));
          return new NoData(data.proof().request(), NoData.NOT_AVAILABLE);
        };
    air.connect(reader, writer);

    step(STEPS_MAX);

    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(20);
  }

  @Test
  void aPeerThatAnnouncesAndRefusesTheSameHeadDoesNotKeepItFromOthers() {
    End facing = air.connect(reader, unfair).get(0);
    unfair.tongue =
        message -> {
          if (!(message instanceof Message.Data data) || data.proof().upgrade() == null) {
            return message;
          }
          facing.receive(new Sync(0, 20, 0, true, true, true, true, false, Sync.NO_TAG));
          return new NoData(data.proof().request(), NoData.NOT_AVAILABLE);
        };
    step(100);
    assertThat(reader.log.length()).isZero();
    air.connect(reader, writer);

    step(STEPS_MAX);

    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(20);
  }

  @Test
  void aPeerThatAnswersWithAnOldHeadDoesNotKeepTheNewOneFromOthers() throws IOException {
    Proof old = head(writer.log);
    air.connect(reader, unfair);
    air.drive();
    assertThat(reader.log.contiguousLength()).isEqualTo(20);
    unfair.tongue =
        message -> {
          if (message instanceof Range) {
            return null;
          }
          return message instanceof Message.Data data && data.proof().upgrade() != null
              ? new Message.Data(answering(data.proof().request(), old))
              : message;
        };
    writer.append("more");
    step(STEPS_MAX);
    air.connect(reader, writer);

    step(STEPS_MAX);

    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(21);
  }

  /** What is stored far from the rest costs memory for as long as the log is open. */
  @Test
  void blocksFarBehindTheFirstMissingOneAreAskedForWhenTheyAreNear() throws IOException {
    long far = BlockRequests.AHEAD_BLOCKS_MAX + 1;
    writer.append(Collections.nCopies((int) far + 1, new byte[1]));
    reader.log.apply(head(writer.log));
    Set<Long> asked = new TreeSet<>();
    reader.tongue =
        message -> {
          if (message instanceof Message.Request request && request.request().block() != null) {
            asked.add(request.request().block().index());
          }
          return message;
        };
    unfair.tongue = message -> message instanceof Range ? null : message;
    End end = air.connect(reader, unfair).get(0);
    end.receive(new Range(false, 1, 1));
    end.receive(new Range(false, far, 1));
    air.drive();
    assertThat(asked).as(air.lastLines()).containsExactly(1L);

    long length = writer.log.length();
    writer.append("more");
    end.receive(new Range(false, length, 1));
    air.drive();
    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(length + 1);
    assertThat(asked).containsExactly(1L);

    end.receive(new Range(false, 0, 1));
    air.drive();
    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(2);
    assertThat(asked).containsExactly(0L, 1L, far);
  }

  /** Lets things happen until all are idle, or {@code stepsMax} things have happened. */
  private void step(int stepsMax) {
    for (int steps = 0; steps < stepsMax && air.step(); steps++) {}
  }

  private static boolean isData(@Nullable Message message, long block) {
    return message instanceof Message.Data data
        && data.proof().block() != null
        && data.proof().block().index() == block;
  }

  private static Proof head(Log log) throws IOException {
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, log.length());
    Made made = log.prove(ProofRequest.of(1, 0, all).withManifest());
    return ((Made.Ready) made).proof();
  }

  private static Proof answering(long request, Proof proof) {
    return new Proof(request, proof.fork(), null, null, null, proof.upgrade(), null);
  }

  private static List<byte[]> numbered(int count) {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(new byte[] {(byte) i});
    }
    return values;
  }
}
