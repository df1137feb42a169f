package dev.usernameregistry.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.examples.bench.frame.Children;
import dev.usernameregistry.examples.bench.frame.Count;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.GrowthTable;
import dev.usernameregistry.examples.bench.frame.Limits;
import dev.usernameregistry.examples.bench.frame.Load;
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
  private static final GrowthTable GROWTH =
      new GrowthTable(
          "names",
          List.of(100L, 1_000L),
          List.of(
              new GrowthTable.Column(
                  "look-up",
                  "look up",
                  "us",
                  List.of(new Spread(List.of(2.0)), new Spread(List.of(2.1, 2.0, 2.2)))),
              new GrowthTable.Column(
                  "list",
                  "list",
                  "ms",
                  List.of(new Spread(List.of(0.5)), new Spread(List.of(5.1))))));

  private static final Machine MACHINE =
      new Machine(
          Instant.parse("2026-11-26T12:00:00Z"),
          "a processor",
          2,
          4L << 30,
          "an OS",
          "a JVM",
          "1.0",
          "an engine 2.0",
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
    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false), Load.FULL)
        .results(MACHINE, results());

    assertThat(told())
        .isEqualTo(
            """
            2026-11-26T12:00:00Z
            2 cores of a processor, 4096 MiB, an OS
            username registry 1.0, a JVM, Ed25519 of an engine 2.0
            node v20
            Medians of all rounds, smallest and greatest in brackets. Before them, except in new
            processes, each side worked for 15 s that do not count, and ours until compilers took
            less than a tenth of the time, which may be 60 s on two cores.

            row   work        ours                     JS         ratio   beside  must be               aim
            fast  some work   200 MB/s [100 - 300]     80.0 MB/s  2.50 x          at least 1 x JS: yes
            slow  other work  1,234 ms [0.50 - 5,000]                             at most 150 ms: NO
            """);
  }

  @Test
  void ofWhatIsTooLittleInSomeRoundsOnlyTheGreatestIsTold() {
    Result some =
        new Result(SLOW, new Spread(List.of(-3.0, 1.0, 5.0)), Optional.empty(), Optional.empty());
    Result most =
        new Result(SLOW, new Spread(List.of(-3.0, -1.0, 5.0)), Optional.empty(), Optional.empty());

    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false), Load.FULL)
        .results(MACHINE, List.of(some, most));

    assertThat(told())
        .endsWith(
            """
            slow  other work  1.00 ms [up to 5.00]                     at most 150 ms: yes
            slow  other work  -                                        at most 150 ms
            """);
  }

  @Test
  void aQuickRunJudgesNothing() {
    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false), Load.QUICK)
        .results(MACHINE, results());

    assertThat(told())
        .contains("One round of as little as possible")
        .doesNotContain("must be", "aim", "yes", "NO", "do not count");
  }

  @Test
  void otherWorkThanTheRowsSayIsToldAndNotJudged() throws IOException {
    Load half = new Load(false, 0.5, 300);
    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false), half)
        .results(MACHINE, results());

    assertThat(told())
        .contains("0.5 x as many names and registries, 300 bytes of text in each record")
        .contains("do not count")
        .doesNotContain("must be", "NO");

    told.reset();
    new JsonTelling(new JsonLines(told), half).results(MACHINE, results());

    JsonNode said = new ObjectMapper().readTree(told());
    assertThat(Load.of(said.path("load"))).isEqualTo(half);
    assertThat(said.path("rows")).allSatisfy(row -> assertThat(row.path("met").isNull()).isTrue());
  }

  @Test
  void sizesAreTimesWhatTheRowsSay() throws IOException {
    try (Scratch scratch = Scratch.create()) {
      Count names = Count.growing(5_000, 100);
      assertThat(setting(new Load(false, 2.5, 0), scratch).count(names)).isEqualTo(12_500);
      assertThat(setting(new Load(false, 0.01, 0), scratch).count(Count.growing(30, 10)))
          .isEqualTo(1);
      assertThat(setting(new Load(false, 2.5, 0), scratch).count(Count.fixed(64, 4))).isEqualTo(64);
      assertThat(setting(new Load(false, 2.5, 0), scratch).amount(40, 1)).isEqualTo(40);
      assertThat(setting(Load.QUICK, scratch).count(names)).isEqualTo(100);
    }
  }

  @Test
  void peopleSeeHowCostsGrow() {
    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false), Load.FULL)
        .growth(MACHINE, List.of(GROWTH));

    assertThat(told())
        .endsWith(
            """
            Medians of all rounds; last, how each cost grows.

            names  look up, us  list, ms
            100    2.00         0.50
            1,000  2.10         5.10
                   flat         linear
            """);
  }

  @Test
  void programsGetTheSame() throws IOException {
    new JsonTelling(new JsonLines(told), Load.FULL).growth(MACHINE, List.of(GROWTH));

    JsonNode table = new ObjectMapper().readTree(told()).path("tables").get(0);
    assertThat(table.path("sized").asText()).isEqualTo("names");
    assertThat(table.path("sizes").get(1).asLong()).isEqualTo(1_000);
    JsonNode listed = table.path("columns").get(1);
    assertThat(listed.path("column").asText()).isEqualTo("list");
    assertThat(listed.path("figures").get(1).path("median").asDouble()).isEqualTo(5.1);
    assertThat(listed.path("growth").asText()).isEqualTo("linear");
  }

  @Test
  void peopleAndProgramsAreToldWhatBecameSlower() throws IOException {
    List<Earlier.Change> changes =
        List.of(
            new Earlier.Change(FAST, Optional.of(Limits.SHA256), 1.5),
            new Earlier.Change(SLOW, Optional.empty(), 1.2));

    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false), Load.FULL)
        .compared(Path.of("earlier.json"), changes);

    assertThat(told())
        .contains("2 rows have figures in both", "fast costs 1.50 times as much, by limit-sha256")
        .doesNotContain("slow costs");
    told.reset();
    new JsonTelling(new JsonLines(told), Load.FULL).compared(Path.of("earlier.json"), changes);
    JsonNode rows = new ObjectMapper().readTree(told()).path("rows");
    assertThat(rows.get(0).path("slower").asBoolean()).isTrue();
    assertThat(rows.get(0).path("yardstick").asText()).isEqualTo("limit-sha256");
    assertThat(rows.get(1).path("slower").asBoolean()).isFalse();
    assertThat(rows.get(1).path("yardstick").isNull()).isTrue();
  }

  @Test
  void aRowCanBeMeasuredByAnother() {
    Row beside = Row.more("beside", "twice", "MB/s").beside(FAST).must(Goal.atLeast(3, FAST));
    Figures figures = new Figures();
    figures.add(FAST, Side.OURS, 10);
    figures.add(beside, Side.OURS, 29);

    Result result = figures.results(List.of(beside)).get(0);

    assertThat(result.isMet()).contains(false);
    assertThat(beside.must().text()).isEqualTo("at least 3 x fast");
    assertThat(beside.must().isMet(30, NONE, OptionalDouble.of(10))).contains(true);
    assertThat(beside.must().isMet(30, NONE, NONE)).isEmpty();
    assertThatThrownBy(() -> SLOW.beside(FAST)).hasMessageContaining("MB/s");
  }

  @Test
  void theSidesTakeTurnsAtBeingFirst() {
    List<Side> both = List.of(Side.OURS, Side.JS);

    assertThat(Bench.order(both, 1)).containsExactly(Side.JS, Side.OURS);
    assertThat(Bench.order(both, 2)).containsExactly(Side.OURS, Side.JS);
    assertThat(Bench.order(List.of(Side.OURS), 3)).containsExactly(Side.OURS);
  }

  @Test
  void programsGetEveryFigure() throws IOException {
    new JsonTelling(new JsonLines(told), Load.FULL).results(MACHINE, results());

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
      Setting setting = setting(Load.QUICK, scratch);
      Telling telling = new JsonTelling(new JsonLines(told), Load.FULL);
      results = new Bench(telling).run(List.of(kind(SLOW, true), kind(FAST, false)), setting);
    }

    assertThat(results).singleElement().satisfies(one -> assertThat(one.row()).isEqualTo(FAST));
    assertThat(results.get(0).ours().values()).hasSize(2);
    assertThat(told()).contains("\"event\":\"failed\"", "no socket", "round 2 of 2: fast");
  }

  private static Setting setting(Load load, Scratch scratch) {
    return new Setting(2, load, Optional.empty(), new Children(scratch, Optional.empty()), scratch);
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
    Telling telling =
        new UntilTheEnd(new JsonTelling(new JsonLines(told), Load.FULL), () -> ended[0]);

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
