package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.codec.WireReader;
import dev.usernameregistry.codec.WireWriter;
import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import dev.usernameregistry.tree.FlatTree;
import dev.usernameregistry.tree.Made;
import dev.usernameregistry.tree.Proof;
import dev.usernameregistry.tree.ProofRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A longer log and its blocks are asked for at once, whatever becomes of the longer log. */
class AskedTogetherTest {
  private final Air air = new Air(null);
  private final Peer writer = air.writer("writer");
  private final Peer reader = air.reader("reader");
  private final List<ProofRequest> asked = new ArrayList<>();

  @Test
  void whatIsToldTogetherIsAskedForTogether() {
    End end = air.connect(reader, writer).get(0);
    air.drive();
    reader.tongue = this::noted;

    receive(end, new Sync(0, 3, 0, true, true, true, true, false, Sync.NO_TAG));
    receive(end, new Range(false, 0, 3));
    assertThat(asked).isEmpty();
    air.pump();

    assertThat(asked).hasSize(3);
    assertThat(asked.get(0).upgrade()).isEqualTo(new ProofRequest.Upgrade(0, 3));
    assertThat(asked.stream().map(ProofRequest::block))
        .containsExactly(
            new ProofRequest.Block(0, 0),
            new ProofRequest.Block(1, 0),
            new ProofRequest.Block(2, 0));
  }

  @Test
  void blocksAreAskedForAgainIfTheLengthIsProvedByALongerOne() {
    writer.append("one", "two", "three");
    reader.tongue =
        message -> {
          if (message instanceof Message.Request && writer.log.length() == 3) {
            writer.append("four"); // joins the roots of two and one block
          }
          return noted(message);
        };
    End end = air.connect(reader, writer).get(0);

    air.drive();

    assertThat(timesAsked(2)).as(air.lastLines()).isGreaterThan(1);
    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(4);
    assertThat(end.session.trouble()).isEmpty();
  }

  @Test
  void blocksAreAskedForAgainIfTheLengthIsRefused() {
    writer.append("one", "two", "three");
    reader.tongue = this::noted;
    End end = air.connect(reader, writer).get(0);
    boolean[] refused = {false};
    writer.tongue =
        message -> {
          if (!refused[0]
              && message instanceof Message.Data data
              && data.proof().upgrade() != null) {
            refused[0] = true;
            return new NoData(data.proof().request(), NoData.NOT_AVAILABLE);
          }
          return message;
        };

    air.drive();

    assertThat(refused[0]).isTrue();
    assertThat(timesAsked(1)).as(air.lastLines()).isGreaterThan(1);
    assertThat(timesAsked(2)).as(air.lastLines()).isGreaterThan(1);
    assertThat(reader.log.contiguousLength()).as(air.lastLines()).isEqualTo(3);
    assertThat(end.session.trouble()).isEmpty();
  }

  /** A hole in the log as it is hangs on the tree as it is, not on the longer one. */
  @Test
  void nobodyIsBlamedForAHoleThatIsAskedForBesideALengthThatIsRefused() throws IOException {
    writer.append("one", "two", "three", "four");
    ProofRequest.Upgrade all = new ProofRequest.Upgrade(0, 4);
    Made head = writer.log.prove(ProofRequest.of(1, 0, all).withManifest());
    reader.log.apply(((Made.Ready) head).proof());
    writer.append("five", "six", "seven", "eight");
    boolean[] refused = {false};
    writer.tongue = message -> message instanceof Range ? null : message;
    reader.tongue = this::noted;
    End end = air.connect(reader, writer).get(0);
    while (asked.isEmpty()) {
      assertThat(air.step()).as(air.lastLines()).isTrue();
    }
    writer.tongue =
        message -> {
          if (message instanceof Message.Data data && data.proof().upgrade() != null) {
            refused[0] = true;
            return new NoData(data.proof().request(), NoData.NOT_AVAILABLE);
          }
          return message;
        };
    end.receive(new Range(false, 0, 1));

    while (air.step()) {
      assertThat(end.session.trouble()).as(air.lastLines()).isEmpty();
    }

    assertThat(refused[0]).isTrue();
    assertThat(reader.log.length()).isEqualTo(4);
    assertThat(reader.log.has(0)).as(air.lastLines()).isTrue();
    assertThat(end.session.requests().isCautious()).isFalse();
  }

  /** Nothing of what a peer claims to have beyond our end may be gone through one by one. */
  @Test
  @Timeout(20)
  void aPeerWithTheLongestLogThereCanBeCostsNothing() {
    writer.append("one");
    End end = air.connect(reader, writer).get(0);
    air.drive();
    reader.tongue = this::noted;
    receive(end, new Sync(0, FlatTree.BLOCKS_MAX, 1, true, true, true, true, false, Sync.NO_TAG));
    receive(end, new Range(false, 0, FlatTree.BLOCKS_MAX));
    air.pump();
    assertThat(asked).isNotEmpty();

    ProofRequest head = asked.get(0);
    for (ProofRequest early : asked.subList(1, asked.size())) {
      receive(end, new NoData(early.id(), NoData.NOT_AVAILABLE));
    }
    receive(
        end,
        new Message.Data(
            new Proof(
                head.id(),
                head.fork(),
                new Proof.Block(1, new byte[1], List.of()),
                null,
                null,
                new Proof.Upgrade(1, 1, List.of(), List.of(), new byte[64]),
                null)));
    air.drive();

    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(1);
  }

  private long timesAsked(long block) {
    return asked.stream()
        .map(ProofRequest::block)
        .filter(wanted -> wanted != null && wanted.index() == block)
        .count();
  }

  private Message noted(Message message) {
    if (message instanceof Message.Request request) {
      asked.add(request.request());
    }
    return message;
  }

  private void receive(End end, Message message) {
    WireWriter out = new WireWriter();
    message.encode(out);
    end.session.receive(message.type(), new WireReader(out.toByteArray()), air.nowNanos);
  }
}
