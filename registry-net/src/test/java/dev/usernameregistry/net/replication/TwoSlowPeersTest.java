package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.tree.Proof;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What becomes of blocks that two peers are asked for because both let us wait. */
class TwoSlowPeersTest extends SlowPeerScene {
  @Test
  void slowPeersAreEachAskedOnceAndTheirAnswersCount() throws IOException {
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
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
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    assertThat(other.held).hasSize(50);

    reader.tongue = this::noted;
    facing.disconnect();
    connect(air.peer("third", writer.log));
    assertThat(asked).as("the second is asked still").isEmpty();
    other.answerAll(facingOther);

    assertHasAll();
    assertInGoodStanding(facingOther);
  }

  @Test
  void theOtherPeerIsGoneBeforeTheSlowOneHasAnswered() throws IOException {
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    assertThat(other.held).hasSize(50);

    reader.tongue = this::noted;
    facingOther.disconnect();
    air.drive();
    pass(5);
    assertThat(asked).as("the first is asked already").isEmpty();
    slow.answerAll(facing);

    assertHasAll();
    assertInGoodStanding(facing);
  }

  @Test
  void whenTheOtherPeerIsGoneAThirdIsAskedAtOnce() throws IOException {
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    connect(air.peer("third", writer.log));
    assertThat(reader.log.contiguousLength()).isZero();

    facingOther.disconnect();
    air.drive();

    assertHasAll();
    slow.answerAll(facing);
    assertInGoodStanding(facing);
  }

  @Test
  void whatTheSlowPeerRefusesIsStillAskedOfTheOtherOnly() throws IOException {
    writer.append(numbered(50));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    connect(air.peer("third", writer.log));

    reader.tongue = this::noted;
    refuseAll(slow, facing);
    assertThat(asked).isEmpty();
    other.answerAll(facingOther);

    assertHasAll();
    assertInGoodStanding(facingOther);
  }

  @Test
  void whatBothRefuseIsAskedOfAThird() throws IOException {
    writer.append(numbered(20));
    knowHead();
    Slow other = new Slow("other");
    End facing = connect(slow.peer);
    End facingOther = connect(other.peer);
    pass(5);
    assertThat(other.held).hasSize(20);
    refuseAll(other, facingOther);
    refuseAll(slow, facing);

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
