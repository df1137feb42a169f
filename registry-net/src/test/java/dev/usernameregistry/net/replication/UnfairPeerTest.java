package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer that keeps the reader from what an honest one would give it. */
class UnfairPeerTest {
  private final Air air = new Air(null);
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

  private static boolean isData(@Nullable Message message, long block) {
    return message instanceof Message.Data data
        && data.proof().block() != null
        && data.proof().block().index() == block;
  }

  private static List<byte[]> numbered(int count) {
    List<byte[]> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(new byte[] {(byte) i});
    }
    return values;
  }
}
