package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.memory.MemoryStorage;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.testkit.AllocatedBytes;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Many peers that announce blocks and never send one. */
class ManySlowPeersTest {
  private static final int PEERS = 50;
  private static final int BLOCKS_EACH = 200;
  private static final int LENGTH = PEERS * BLOCKS_EACH;

  private final Air air = new Air(null);
  private final Peer writer = air.writer("writer");
  private final Peer reader = air.reader("reader");

  /** The reader has asked each peer for other blocks, 10 seconds ago. */
  @BeforeEach
  void askAll() throws IOException {
    writer.append(Collections.nCopies(LENGTH, new byte[1]));
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, LENGTH);
    Made head = writer.log.prove(ProofRequest.of(1, 0, all).withManifest());
    reader.log.apply(((Made.Ready) head).proof());
    Peer silent = air.peer("silent", Air.openReader(new MemoryStorage(), Air.MANIFEST.key()));
    silent.tongue = message -> null;
    for (int i = 0; i < PEERS; i++) {
      End end = air.connect(reader, silent).get(0);
      end.receive(new Range(false, (long) i * BLOCKS_EACH, BLOCKS_EACH));
      end.receive(new Sync(0, LENGTH, LENGTH, true, true, true, true, false, Sync.NO_TAG));
      air.drive();
      assertThat(end.requested)
          .as("blocks asked for, and maybe the head")
          .isGreaterThanOrEqualTo(BLOCKS_EACH);
    }
    air.nowNanos += Duration.ofSeconds(10).toNanos();
  }

  /** What one asks for costs the same however many others are slow. */
  @Test
  void lookingForWhatIsLateCostsEachPeerTheSame() {
    List<ReplicationSession> sessions = reader.replication.sessions();
    long bytes =
        AllocatedBytes.by(() -> sessions.forEach(session -> session.onTimeout(air.nowNanos)));

    assertThat(bytes / PEERS).isLessThan(64L * Awaited.LOOKS_MAX);
  }

  /** However many others are late before it. */
  @Test
  void whoeverHasALittleBringsThat() throws IOException {
    Peer few = air.peer("few", Air.openReader(new MemoryStorage(), Air.MANIFEST.key()));
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, LENGTH);
    long last = LENGTH - 1;
    ProofRequest.Block block = new ProofRequest.Block(last, 0);
    Made made = writer.log.prove(new ProofRequest(1, 0, block, null, null, all, true, 0));
    few.log.apply(((Made.Ready) made).proof());
    End honest = air.connect(reader, few).get(0);
    air.drive();

    for (int i = 0; i < 1 + LENGTH / Awaited.LOOKS_MAX && !reader.log.has(last); i++) {
      honest.session.onTimeout(air.nowNanos);
      air.pump();
      air.drive();
    }

    assertThat(reader.log.has(last)).isTrue();
  }

  @Test
  void whoeverHasAllStillBringsAll() {
    End honest = air.connect(reader, air.peer("honest", writer.log)).get(0);
    air.drive();
    assertThat(reader.log.contiguousLength()).isZero();

    for (int i = 0; i < 100 && reader.log.contiguousLength() < LENGTH; i++) {
      honest.session.onTimeout(air.nowNanos);
      air.pump();
      air.drive();
    }

    assertThat(reader.log.contiguousLength()).isEqualTo(LENGTH);
  }
}
