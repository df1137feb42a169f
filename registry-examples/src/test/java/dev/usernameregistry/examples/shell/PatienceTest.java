package dev.usernameregistry.examples.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.usernameregistry.SyncReport;
import dev.usernameregistry.UsernameRegistry;
import dev.usernameregistry.crypto.Key;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.net.SwarmStatus.Reachability;
import dev.usernameregistry.net.TcpNetwork.Dial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** When people are told that an answer is waited for, and what for. */
final class PatienceTest {
  private static final Key PEER = Key.fromHex("cd".repeat(Key.BYTES));
  private static final Standing LOOKING = standing(Optional.empty(), List.of(), joined(false));
  private static final String LOOKED_FOR = "  looking for peers first, at most 5 seconds ...";

  private final List<Runnable> tasks = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private final TextAnswers answers = new TextAnswers(told::add, new Ink(false, false));

  @Test
  void whatTakesLongIsToldBeforeItsAnswer() {
    carryOut(Runnable::run, "register ada", "rename ada grace", "sync 1");

    assertThat(told)
        .filteredOn(line -> line.matches("(ok| +looking|-- no peer).*"))
        .containsExactly(
            LOOKED_FOR,
            "ok ada is yours",
            LOOKED_FOR,
            "ok your name is grace now",
            "  looking for peers first, at most 1 second ...",
            "-- no peer is connected: whatever is new elsewhere is not here");
  }

  @Test
  void whatIsAnsweredSoonHasNothingToldBehindIt() {
    carryOut(tasks::add, "register ada", "rename ada grace", "sync 1", "register a");
    List<String> answered = List.copyOf(told);
    assertThat(tasks).hasSize(4);

    tasks.forEach(Runnable::run);

    assertThat(told).isEqualTo(answered).noneMatch(line -> line.contains("looking"));
  }

  @Test
  void whatIsAnsweredFromHereIsNotWaitedFor() {
    carryOut(Runnable::run, "lookup ada", "list", "mine", "status", "release ada");

    assertThat(told).noneMatch(line -> line.contains("looking"));
  }

  /** As where the name service takes half a minute to say how the swarm stands. */
  @Test
  void anAnswerDoesNotWaitForWhatIsToldBeforeIt() {
    Supplier<Standing> slow =
        () -> {
          told.add("asked");
          return LOOKING;
        };
    Patience patience =
        new Patience(tasks::add, slow, (standing, atMost) -> told.add("told too late"));

    patience.await(Duration.ofSeconds(5), () -> told.add("answered"));
    tasks.forEach(Runnable::run);

    assertThat(told).containsExactly("answered");
  }

  @Test
  void aRegistryThatIsClosedMeanwhileIsNoTrouble() {
    Patience patience =
        new Patience(
            Runnable::run,
            () -> {
              throw new IllegalStateException("the registry is closed");
            },
            answers::waiting);
    Supplier<String> closed =
        () -> {
          throw new IllegalStateException("closed while it waited");
        };

    assertThatThrownBy(() -> patience.await(Duration.ZERO, closed))
        .hasMessage("closed while it waited");
    assertThat(told).isEmpty();
  }

  @Test
  void whatIsWaitedForIsToldAsItIs() {
    Optional<SwarmStanding> joined = joined(true);
    List<Dial> dialling = List.of(new Dial("h:1", false, Optional.empty()));
    List<Dial> tried =
        List.of(
            new Dial("h:1", true, Optional.empty()),
            new Dial("h:2", false, Optional.of("Connection refused")));

    assertThat(waiting(LOOKING)).contains(LOOKED_FOR.strip());
    assertThat(waiting(standing(Optional.empty(), dialling, Optional.empty())))
        .contains(LOOKED_FOR.strip());
    assertThat(waiting(standing(Optional.of("1 block is missing"), tried, Optional.empty())))
        .contains("waiting for what the connected peers have, at most 5 seconds ...");
    assertThat(waiting(standing(Optional.empty(), tried, Optional.empty()))).isEmpty();
    assertThat(joined.orElseThrow().status().connecting()).isOne();
    assertThat(waiting(standing(Optional.empty(), List.of(), joined))).contains(LOOKED_FOR.strip());
  }

  private static Optional<String> waiting(Standing standing) {
    return Phrases.waiting(standing, Duration.ofSeconds(5));
  }

  private void carryOut(Executor later, String... lines) {
    try (UsernameRegistry registry = UsernameRegistry.builder().open()) {
      Shell shell = new Shell(registry, () -> LOOKING, answers, later);
      for (String line : lines) {
        assertThat(shell.carryOut(line)).isTrue();
      }
    }
  }

  private static Optional<SwarmStanding> joined(boolean joined) {
    return Optional.of(Swarms.swarm(true, 5, Reachability.OPEN, joined));
  }

  private static Standing standing(
      Optional<String> behind, List<Dial> dials, Optional<SwarmStanding> swarm) {
    SyncReport.Entry entry = new SyncReport.Entry(PEER, "h:1", Optional.of(PEER), 2, 1, behind);
    List<SyncReport.Entry> entries = behind.isPresent() ? List.of(entry) : List.of();
    return new Standing(
        PEER,
        Optional.empty(),
        new SyncReport(entries.size(), entries),
        1,
        0,
        0,
        List.of(),
        dials,
        swarm);
  }
}
