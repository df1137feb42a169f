package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.tree.Proof;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What becomes of blocks that two peers are asked for because both let us wait. */
class TwoSlowPeersTest extends SlowPeerScene {
  private final Slow other = new Slow("other");

  /** The reader's ends of its connections with the two. */
  private record Ends(End slow, End other) {}

  /** Has the reader ask both for so many blocks, which it knows to be in the log. */
  private Ends askBoth(int blocks) throws IOException {
    writer.append(numbered(blocks));
    knowHead();
    Ends ends = new Ends(connect(slow.peer), connect(other.peer));
    pass(5);
    assertThat(other.held).hasSize(blocks);
    return ends;
  }

  @Test
  void slowPeersAreEachAskedOnceAndTheirAnswersCount() throws IOException {
    writer.append(numbered(50));
    knowHead();
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    reader.tongue = this::noted;

    pass(20);
    assertThat(asked.values()).as("of the second, once").hasSize(50).containsOnly(1);
    assertThat(block(other.held.getFirst())).as("what would come last otherwise").isEqualTo(49);
    slow.answerAll(facing);

    assertHasAll();
    other.answerAll(facingOther);
    assertThat(asked.values()).hasSize(50).containsOnly(1);
    assertInGoodStanding(facing);
    assertInGoodStanding(facingOther);
  }

  private static long block(Message answer) {
    Proof.Block block = ((Message.Data) answer).proof().block();
    return block == null ? -1 : block.index();
  }

  @Test
  void theSlowPeerIsGoneBeforeTheOtherHasAnswered() throws IOException {
    Ends ends = askBoth(50);

    reader.tongue = this::noted;
    ends.slow.disconnect();
    connect(air.peer("third", writer.log));
    assertThat(asked).as("the second is asked still").isEmpty();
    other.answerAll(ends.other);

    assertHasAll();
    assertInGoodStanding(ends.other);
  }

  @Test
  void theOtherPeerIsGoneBeforeTheSlowOneHasAnswered() throws IOException {
    Ends ends = askBoth(50);

    reader.tongue = this::noted;
    ends.other.disconnect();
    air.drive();
    pass(5);
    assertThat(asked).as("the first is asked already").isEmpty();
    slow.answerAll(ends.slow);

    assertHasAll();
    assertInGoodStanding(ends.slow);
  }

  @Test
  void whenTheOtherPeerIsGoneAThirdIsAskedAtOnce() throws IOException {
    Ends ends = askBoth(50);
    connect(air.peer("third", writer.log));
    assertThat(reader.log.contiguousLength()).isZero();

    ends.other.disconnect();
    air.drive();

    assertHasAll();
    slow.answerAll(ends.slow);
    assertInGoodStanding(ends.slow);
  }

  @Test
  void whatTheSlowPeerRefusesIsStillAskedOfTheOtherOnly() throws IOException {
    Ends ends = askBoth(50);
    connect(air.peer("third", writer.log));

    reader.tongue = this::noted;
    refuseAll(slow, ends.slow);
    assertThat(asked).isEmpty();
    other.answerAll(ends.other);

    assertHasAll();
    assertInGoodStanding(ends.other);
  }

  @Test
  void whatBothRefuseIsAskedOfAThird() throws IOException {
    Ends ends = askBoth(20);
    refuseAll(other, ends.other);
    refuseAll(slow, ends.slow);

    connect(air.peer("third", writer.log));

    assertHasAll();
  }

  private void refuseAll(Slow peer, End facing) {
    for (Message answer; (answer = peer.held.poll()) != null; ) {
      long request = ((Message.Data) answer).proof().request();
      facing.receive(new NoData(request, NoData.NOT_AVAILABLE));
      air.drive();
    }
  }
}
