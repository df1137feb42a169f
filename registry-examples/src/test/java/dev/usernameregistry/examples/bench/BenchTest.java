package dev.usernameregistry.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.examples.bench.frame.Children;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Scratch;
import dev.usernameregistry.examples.bench.frame.Setting;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.Spread;
import dev.usernameregistry.examples.bench.frame.Workload;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.examples.terminal.JsonLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** How figures become a table; no process is started. */
final class BenchTest {
  private static final Row FAST = Row.more("fast", "some work", "MB/s").must(Goal.ratioAtLeast(1));
  private static final Row SLOW = Row.less("slow", "other work", "ms").must(Goal.atMost(150, "ms"));
  private static final Machine MACHINE =
      new Machine(
          Instant.parse("2026-11-26T12:00:00Z"),
          "a processor",
          2,
          4L << 30,
          "an OS",
          "a JVM",
          "1.0",
          Map.of("node", "v20"));

  private static final OptionalDouble NONE = OptionalDouble.empty();

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void theMedianIsTheMiddleOrTheMeanOfTheMiddleTwo() {
    assertThat(new Spread(List.of(3.0, 1.0, 2.0)).median()).isEqualTo(2);
    assertThat(new Spread(List.of(4.0, 1.0, 2.0, 3.0)).median()).isEqualTo(2.5);
    assertThat(new Spread(List.of(3.0, 1.0, 2.0)).max()).isEqualTo(3);
    assertThatThrownBy(() -> new Spread(List.of())).hasMessageContaining("at least one");
  }

  @Test
  void aPercentileIsASampleThatSoManyDoNotExceed() {
    double[] samples = {50, 40, 30, 20, 10};

    assertThat(Spread.percentile(samples, 50)).isEqualTo(30);
    assertThat(Spread.percentile(samples, 95)).isEqualTo(50);
    assertThat(Spread.percentile(samples, 1)).isEqualTo(10);
    assertThat(Spread.percentile(new double[] {7}, 95)).isEqualTo(7);
    assertThat(samples).startsWith(50);
  }

  @Test
  void goalsAreMetByTheFigureOrByTheRatio() {
    OptionalDouble ten = OptionalDouble.of(10);

    assertThat(Goal.atMost(2, "%").isMet(2, NONE, NONE)).contains(true);
    assertThat(Goal.atMost(2, "%").isMet(2.1, ten, NONE)).contains(false);
    assertThat(Goal.ratioAtLeast(1).isMet(10, ten, NONE)).contains(true);
    assertThat(Goal.ratioAtLeast(1).isMet(9, ten, NONE)).contains(false);
    assertThat(Goal.ratioAtMost(0.5).isMet(5, ten, NONE)).contains(true);
    assertThat(Goal.ratioAtMost(0.5).isMet(6, ten, NONE)).contains(false);
    assertThat(Goal.ratioAtMost(1).isMet(1, NONE, NONE)).isEmpty();
    assertThat(Goal.NONE.isMet(1, ten, NONE)).isEmpty();
    assertThat(Goal.ratioAtMost(0.5).text()).isEqualTo("at most 0.50 x JS");
  }

  @Test
  void peopleGetATableWithTheMachineOnTop() {
    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false))
        .results(MACHINE, results());

    assertThat(told())
        .isEqualTo(
            """
            2026-11-26T12:00:00Z
            2 cores of a processor, 4096 MiB, an OS
            username registry 1.0, a JVM
            node v20
            Medians of all rounds, smallest and greatest in brackets.

            row   work        ours                     JS         ratio   beside  must be               aim
            fast  some work   200 MB/s [100 - 300]     80.0 MB/s  2.50 x          at least 1 x JS: yes
            slow  other work  1,234 ms [0.50 - 5,000]                             at most 150 ms: NO
            """);
  }

  @Test
  void programsGetEveryFigure() throws IOException {
    new JsonTelling(new JsonLines(told)).results(MACHINE, results());

    JsonNode said = new ObjectMapper().readTree(told());
    assertThat(said.path("machine").path("reference").path("node").asText()).isEqualTo("v20");
    JsonNode fast = said.path("rows").get(0);
    assertThat(fast.path("ours").path("values")).hasSize(3);
    assertThat(fast.path("ratio").asDouble()).isEqualTo(2.5);
    assertThat(fast.path("met").asBoolean()).isTrue();
    JsonNode slow = said.path("rows").get(1);
    assertThat(slow.path("js").isNull()).isTrue();
    assertThat(slow.path("ratio").isNull()).isTrue();
    assertThat(slow.path("met").asBoolean(true)).isFalse();
  }

  @Test
  void aWorkloadThatFailsKeepsNoOtherFromBeingDone() throws IOException, InterruptedException {
    List<Result> results;
    try (Scratch scratch = Scratch.create()) {
      Setting setting =
          new Setting(2, true, Optional.empty(), new Children(scratch, Optional.empty()), scratch);
      Telling telling = new JsonTelling(new JsonLines(told));
      results = new Bench(telling).run(List.of(kind(SLOW, true), kind(FAST, false)), setting);
    }

    assertThat(results).singleElement().satisfies(one -> assertThat(one.row()).isEqualTo(FAST));
    assertThat(results.get(0).ours().values()).hasSize(2);
    assertThat(told()).contains("\"event\":\"failed\"", "no socket", "round 2 of 2: fast");
  }

  @Test
  void whatIsTemporaryGoesAtTheEnd() throws IOException {
    Path stored;
    Path kept;
    try (Scratch scratch = Scratch.create()) {
      Path removed = scratch.newFolder("store");
      Files.writeString(removed.resolve("file"), "something");
      scratch.remove(removed);
      assertThat(removed).doesNotExist();
      assertThatThrownBy(() -> scratch.remove(removed.resolve("../../other")))
          .isInstanceOf(IllegalArgumentException.class);
      kept = scratch.newFolder("store");
      stored = Files.writeString(kept.resolve("file"), "something");
    }
    assertThat(stored).doesNotExist();
    assertThat(kept.getParent()).doesNotExist();
  }

  @Test
  void nothingIsToldAfterTheEnd() {
    boolean[] ended = {false};
    Telling telling = new UntilTheEnd(new JsonTelling(new JsonLines(told)), () -> ended[0]);

    telling.begins("one");
    ended[0] = true;
    telling.begins("two");
    telling.failed("two", "it was ended");
    telling.results(MACHINE, results());

    assertThat(told().lines()).singleElement().asString().contains("one");
  }

  private static Workload.Kind kind(Row row, boolean fails) {
    return new Workload.Kind() {
      @Override
      public List<Row> rows() {
        return List.of(row);
      }

      @Override
      public Workload begin(Setting setting) throws IOException {
        if (fails) {
          throw new IOException("no socket");
        }
        return (sides, figures) -> figures.add(row, Side.OURS, 1);
      }
    };
  }

  private static List<Result> results() {
    Figures figures = new Figures();
    figures.add(FAST, Side.OURS, 200);
    figures.add(FAST, Side.OURS, 300);
    figures.add(FAST, Side.OURS, 100);
    figures.add(FAST, Side.JS, 80);
    figures.add(SLOW, Side.OURS, 1234);
    figures.add(SLOW, Side.OURS, 0.5);
    figures.add(SLOW, Side.OURS, 5000);
    return figures.results(List.of(FAST, SLOW));
  }

  private String told() {
    return told.toString(StandardCharsets.UTF_8);
  }
}
