package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Blocks that are taken over lie anywhere; those before them are asked for all the same. */
class TakenOverOutOfOrderTest {
  private final Air air = new Air(null);
  private final Peer writer = air.writer("writer");
  private final Peer reader = air.reader("reader");

  private static List<byte[]> blocks(int count) {
    return IntStream.range(0, count).mapToObj(i -> new byte[] {(byte) i, (byte) (i >> 8)}).toList();
  }

  @Test
  void whatIsTakenOverDoesNotHideWhatLiesBefore() throws IOException {
    writer.append(blocks(1));
    End first = air.connect(reader, writer).get(0);
    air.drive();
    first.disconnect();
    writer.append(blocks(1023));
    Peer slow = air.peer("slow", writer.log);
    slow.tongue =
        message ->
            message instanceof Range
                    || message instanceof Bitfield
                    || (message instanceof Message.Data data && data.proof().block() != null)
                ? null
                : message;
    End toSlow = air.connect(reader, slow).get(0);
    air.drive();
    toSlow.receive(new Range(false, 960, 64));
    air.drive();
    List<Message> held = new ArrayList<>();
    writer.tongue =
        message -> {
          if (message instanceof Message.Data) {
            held.add(message);
            return null;
          }
          return message;
        };
    List<End> ends = air.connect(reader, writer);
    ends.forEach(end -> end.session.allowPush());
    air.drive();
    air.nowNanos += Awaited.SLOW_NANOS + 1;
    ends.get(0).session.onTimeout(air.nowNanos);
    air.pump();
    air.drive();
    writer.tongue = message -> message;
    for (Message message : held) {
      ends.get(0).receive(message);
    }
    air.drive();
    for (int turns = 0; turns < 10; turns++) {
      air.nowNanos += Awaited.SLOW_NANOS + 1;
      ends.get(0).session.onTimeout(air.nowNanos);
      air.pump();
      air.drive();
    }
    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(1024);
  }
}
