package dev.usernameregistry.net.replication;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.net.replication.Air.End;
import dev.usernameregistry.net.replication.Air.Peer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A peer that lets us wait for a longer or later log does not keep the reader from that of another.
 */
class SlowHeadTest extends SlowPeerScene {
  @Test
  void aFalseLongerLengthDoesNotKeepTheTrueOneAway() {
    writer.append(numbered(20));
    End liar = connectLiar(1000);
    assertThat(reader.log.length()).isZero();
    pass(4);

    connect(air.peer("honest", writer.log));

    assertThat(seconds).isEqualTo(4);
    assertHasAll();
    assertThat(liar.session.isOpen()).isTrue();
  }

  @Test
  void aFalseLengthIsAskedForOnceUntilItIsAnswered() {
    writer.append(numbered(20));
    End liar = connectLiar(1000);
    connect(air.peer("honest", writer.log));
    pass(5);
    assertHasAll();

    claim(liar, 2000);
    writer.append("more");
    air.drive();

    assertHasAll();
    assertThat(heads("liar")).hasSize(1);
    pass(25);
    assertThat(liar.session.isDone()).as("it has not answered for 30 s").isTrue();
  }

  /** Returns the requests for a longer or later log to one peer. */
  private List<String> heads(String peer) {
    return air.transcript.stream()
        .filter(line -> line.startsWith("reader -> " + peer) && line.contains("upgrade"))
        .toList();
  }

  @Test
  void aLateAnswerForTheHeadIsNoFaultAndBarsNobody() {
    writer.append(numbered(20));
    End facing = connect(slow.peer);
    End honest = connect(air.peer("honest", writer.log));
    pass(5);
    assertHasAll();
    slow.answerAll(facing);
    assertInGoodStanding(facing);
    honest.disconnect();

    slow.peer.tongue = message -> message;
    writer.append("more");
    air.drive();

    assertHasAll();
    assertInGoodStanding(facing);
  }

  @Test
  void aShorterHeadThatComesLateIsNotHeldAgainstThePeerThatWasAskedInstead() {
    writer.append(numbered(20));
    End facing = connect(slow.peer);
    writer.append(numbered(30));
    Slow other = new Slow("other");
    End facingOther = connect(other.peer);
    pass(5);
    assertThat(other.held).isNotEmpty();

    slow.answerOne(facing);
    assertThat(reader.log.length()).as(air.lastLines()).isEqualTo(20);
    other.answerAll(facingOther);
    other.peer.tongue = message -> message;
    pass(10);

    assertHasAll();
    assertInGoodStanding(facing);
    assertInGoodStanding(facingOther);
  }

  /**
   * Each answer leads the search for what two forks share; the slow peer's are of another length.
   */
  @Test
  void lateAnswersAboutAForkAreNoFault() {
    writer.append(numbered(100));
    Peer copy = air.reader("copy");
    End source = air.connect(copy, writer).get(0);
    End late = connect(copy);
    End honest = connect(writer);
    assertHasAll();
    late.disconnect();
    honest.disconnect();
    writer.truncate(70);
    writer.append(numbered(17));
    air.drive();
    assertThat(copy.log.length()).isEqualTo(87);
    source.disconnect();
    writer.append(numbered(9));
    copy.tongue = slow::hold;
    late = connect(copy);
    Slow other = new Slow("other");
    honest = connect(other.peer);

    for (int answers = 0; answers < 20; answers++) {
      pass(5);
      slow.answerOne(late);
      pass(5);
      other.answerOne(honest);
    }
    slow.answerAll(late);
    other.answerAll(honest);
    other.peer.tongue = message -> message;
    air.drive();

    assertThat(reader.log.fork()).as(air.lastLines()).isEqualTo(1);
    assertThat(late.session.trouble()).as(air.lastLines()).isEmpty();
    assertThat(honest.session.trouble()).isEmpty();
    assertThat(heads("copy")).isNotEmpty();
    pass(60);
    assertHasAll();
  }

  /** Whoever has an older fork answers late, and so just when the newest is being searched. */
  @Test
  void anOlderForkThatComesLateDoesNotKeepTheNewestAway() {
    writer.append(numbered(100));
    Peer old = air.reader("old");
    End source = air.connect(old, writer).get(0);
    End first = connect(writer);
    assertHasAll();
    first.disconnect();
    writer.truncate(70);
    writer.append(numbered(17));
    air.drive();
    assertThat(old.log.fork()).isEqualTo(1);
    source.disconnect();
    writer.truncate(50);
    writer.append(numbered(23));
    old.tongue = slow::hold;
    End late = connect(old);
    pass(4);
    Slow newest = new Slow("newest");
    End honest = connect(newest.peer);
    newest.answerOne(honest);

    slow.answerOne(late);
    newest.answerAll(honest);
    newest.peer.tongue = message -> message;
    pass(60);

    assertThat(reader.log.fork()).as(air.lastLines()).isEqualTo(2);
    assertHasAll();
  }
}
