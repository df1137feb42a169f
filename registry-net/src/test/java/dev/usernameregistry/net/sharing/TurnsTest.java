package dev.usernameregistry.net.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.usernameregistry.log.Log;
import dev.usernameregistry.net.TestPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How the logs of one connection take turns. */
class TurnsTest {
  private static final int LOGS = 120;
  private static final int ANSWERS_MAX = 4;

  private final TestPeer alice = new TestPeer(1);
  private final TestPeer bob = new TestPeer(2);

  static LongStream seeds() {
    return LongStream.rangeClosed(1, Long.getLong("seeds", 10));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void allLogsArriveHoweverTheirTurnsFallAndNoMoreAnswersThanAllowedAreUnderWay(long seed) {
    World world = new World(seed);
    World.Inhabitant a = world.start(alice);
    List<Log> copies = small(LOGS);
    World.Inhabitant b = world.start(bob);
    world.connect(b, a);
    for (int worksMax = 0; world.step(); worksMax = Math.max(worksMax, a.works())) {
      // alice fetches only bob's registry beside, which is empty
      assertThat(worksMax).isLessThanOrEqualTo(ANSWERS_MAX);
    }
    assertThat(copies).allMatch(log -> log.contiguousLength() == 1);
    copies.forEach(log -> alice.append(alice.create(name(copies.indexOf(log))), "more"));
    world.settle();
    assertThat(copies).as("woken again").allMatch(log -> log.contiguousLength() == 2);
  }

  @Test
  void largeLogLeavesTheOthersTheirTurns() {
    World world = new World(1);
    alice.append(TestPeer.numbered("a", 5_000));
    World.Inhabitant a = world.start(alice);
    World.Inhabitant b = world.start(bob);
    world.connect(b, a);
    Log large = bob.follow(alice.key());
    while (large.contiguousLength() < 500 && world.step()) {}
    assertThat(large.contiguousLength()).as("under way").isBetween(500L, 4_999L);
    List<Log> copies = small(20);
    while (copies.stream().anyMatch(log -> log.contiguousLength() == 0) && world.step()) {}
    assertThat(copies).allMatch(log -> log.contiguousLength() == 1);
    assertThat(large.contiguousLength()).as("not done before").isLessThan(5_000);
    world.settle();
    assertThat(large.contiguousLength()).isEqualTo(5_000);
  }

  @Test
  void ofManyLogsSomeChannelsAreOpenedAtATimeAndNoneOfALogThatIsForgottenBeforeItsTurn() {
    World world = new World(1);
    World.Inhabitant a = world.start(alice);
    List<Log> copies = small(1_500);
    List<Log> offered = new ArrayList<>();
    for (int i = 0; i < copies.size(); i++) {
      offered.add(alice.create(name(i)));
    }
    World.Inhabitant b = world.start(bob);
    world.connect(b, a);
    while (copies.get(0).contiguousLength() == 0 && world.step()) {}

    Log last = offered.get(offered.size() - 1);
    assertThat(copies.get(offered.size() - 1).length()).as("its turn has not come").isZero();
    alice.running().forget(last);
    world.settle();

    assertThat(copies.get(offered.size() - 1).length()).isZero();
    assertThat(copies.subList(0, offered.size() - 1)).allMatch(log -> log.contiguousLength() == 1);
  }

  /** Has alice offer logs of one block, which bob follows. */
  private List<Log> small(int count) {
    List<Log> copies = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Log log = alice.create(name(i));
      alice.append(log, "block of " + i);
      copies.add(bob.follow(log.key()));
    }
    return copies;
  }

  private static String name(int number) {
    return "log " + number;
  }
}
