package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.examples.shell.Answers.SwarmStage;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import dev.usernameregistry.net.SwarmStatus.Trouble;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SwarmTextTest {
  private final SwarmText text = new SwarmText(new Ink(false, false));

  @Test
  void whatIsWellAndWhatIsNotHaveDifferentSigns() {
    assertThat(text.status(Swarms.JOINED))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("ok in the DHT from 192.0.2.1:4001"),
            line -> assertThat(line).startsWith("ok topic ").contains("3 found"),
            line -> assertThat(line).startsWith("ok others can reach").contains("192.0.2.7:4002"),
            line -> assertThat(line).contains("2 connected, 1 being dialled"));
  }

  @Test
  void whatIsNotWellComesWithWhatToDo() {
    assertThat(text.status(Swarms.swarm(true, 9, Reachability.UNKNOWN, true)))
        .anySatisfy(line -> assertThat(line).startsWith("* too few nodes").contains("wait"));
    assertThat(text.status(Swarms.swarm(true, 9, Reachability.RANDOM, true)))
        .anySatisfy(line -> assertThat(line).startsWith("-- behind").contains("forward"));
  }

  @Test
  void withoutTheDhtNobodyIsSaidToFindOthers() {
    SwarmStanding joinedBefore = Swarms.swarm(true, 0, Reachability.OPEN, true);

    assertThat(text.status(joinedBefore))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("!! no node of the DHT answers at 192.0.2.9:4009")
                    .contains("doctor"))
        .anySatisfy(
            line ->
                assertThat(line).startsWith("-- topic").contains("those who are connected stay"))
        .noneSatisfy(line -> assertThat(line).contains("others can find you"));
  }

  @Test
  void whoIsAloneIsToldWhy() {
    assertThat(text.status(Swarms.alone(Trouble.NOBODY_FOUND)))
        .anySatisfy(line -> assertThat(line).startsWith("* nobody else is there yet"))
        .anySatisfy(line -> assertThat(line).startsWith("ok in the DHT"));
    assertThat(text.status(Swarms.alone(Trouble.NOBODY_REACHED)))
        .anySatisfy(line -> assertThat(line).startsWith("-- nobody of those").contains("doctor"));
  }

  @Test
  void whoDialsNobodyMoreIsTold() {
    assertThat(text.status(Swarms.alone(Trouble.FULL)))
        .anySatisfy(line -> assertThat(line).startsWith("-- more peers are on the topic"));
  }

  @Test
  void nobodyIsAskedForHelpBeforeItIsTime() {
    assertThat(text.status(Swarms.swarm(false, 0, Reachability.OPEN, false)))
        .anySatisfy(line -> assertThat(line).startsWith("* the DHT is being entered"))
        .noneSatisfy(line -> assertThat(line).startsWith("ok"))
        .noneSatisfy(line -> assertThat(line).contains("no node"));
  }

  @Test
  void silenceForSomeSecondsIsSaidWithWhatToCheckAndIsNoNewsYet() throws InterruptedException {
    SwarmStanding unanswered = Swarms.unanswered(Swarms.entrance());
    List<SwarmStanding> coming = new ArrayList<>(List.of(unanswered, Swarms.JOINED));
    List<SwarmStage> told = new ArrayList<>();
    try (SwarmNews news =
        new SwarmNews(() -> coming.remove(0), (stage, status) -> told.add(stage))) {
      news.lookOn();
    }

    assertThat(text.status(unanswered))
        .anySatisfy(
            line ->
                assertThat(line)
                    .startsWith("-- no node of the DHT has answered yet at 192.0.2.9:4009: check"))
        .noneSatisfy(line -> assertThat(line).contains("being entered"))
        .noneSatisfy(line -> assertThat(line).startsWith("ok"));
    assertThat(told).containsExactly(SwarmStage.ENTERED, SwarmStage.JOINED);
  }

  @Test
  void newsGoesFromEnteredToJoinedAndEnds() throws InterruptedException {
    List<SwarmStanding> coming =
        new ArrayList<>(
            List.of(
                Swarms.swarm(false, 0, Reachability.UNKNOWN, false),
                Swarms.swarm(true, 0, Reachability.UNKNOWN, false),
                Swarms.swarm(true, 4, Reachability.UNKNOWN, false),
                Swarms.JOINED));
    List<SwarmStage> told = new ArrayList<>();
    try (SwarmNews news =
        new SwarmNews(() -> coming.remove(0), (stage, status) -> told.add(stage))) {
      news.lookOn();
    }

    assertThat(told).containsExactly(SwarmStage.NO_ANSWER, SwarmStage.ENTERED, SwarmStage.JOINED);
    assertThat(coming).isEmpty();
  }
}
