package dev.usernameregistry.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.usernameregistry.examples.bench.frame.Count;
import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Goal;
import dev.usernameregistry.examples.bench.frame.GrowthTable;
import dev.usernameregistry.examples.bench.frame.Load;
import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.bench.frame.Spread;
import dev.usernameregistry.examples.bench.frame.Workload;
import dev.usernameregistry.examples.terminal.Ink;
import dev.usernameregistry.examples.terminal.JsonLines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A run that does little says how little, and of what it could not measure that it did not. */
final class SmallRunTest {
  private static final Row FAST = Row.more("fast", "some work", "MB/s").must(Goal.ratioAtLeast(1));
  private static final Machine MACHINE =
      new Machine(Instant.EPOCH, "a processor", 2, 4L << 30, "an OS", "a JVM", "1", "it", Map.of());

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  @Test
  void rowsSayTheSizeOfTheRunThatTheyAreIn() throws IOException {
    Row list = Row.more("list", "list all # names", "names/s").about(Count.growing(5_000, 100));
    Figures figures = new Figures();
    figures.add(list, Side.OURS, 1);
    List<Result> results = figures.results(List.of(list));

    assertThat(list.work(Load.FULL)).isEqualTo("list all 5,000 names");
    assertThat(list.work(new Load(false, 0.5, 0))).isEqualTo("list all 2,500 names");
    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false), Load.QUICK)
        .results(MACHINE, results);
    assertThat(told()).contains("list all 100 names");
    told.reset();
    new JsonTelling(new JsonLines(told), Load.QUICK).results(MACHINE, results);
    assertThat(new ObjectMapper().readTree(told()).path("rows").get(0).path("work").asText())
        .isEqualTo("list all 100 names");
  }

  @Test
  void aFigureBelowNothingWasNotMeasured() throws IOException {
    Row heap = Row.less("heap", "heap", "bytes").must(Goal.atMost(100, "bytes"));
    Figures figures = new Figures();
    figures.add(FAST, Side.OURS, -20);
    figures.add(FAST, Side.JS, 80);
    figures.add(heap, Side.OURS, -3000);
    figures.add(heap, Side.OURS, -1000);
    List<Result> results = figures.results(List.of(FAST, heap));

    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false), Load.FULL)
        .results(MACHINE, results);
    assertThat(told())
        .endsWith(
            """
            row   work       ours  JS         ratio  beside  must be            aim
            fast  some work  -     80.0 MB/s                 at least 1 x JS
            heap  heap       -                               at most 100 bytes
            """);
    told.reset();
    new JsonTelling(new JsonLines(told), Load.FULL).results(MACHINE, results);
    JsonNode row = new ObjectMapper().readTree(told()).path("rows").get(1);
    assertThat(row.path("ours").path("median").isNull()).isTrue();
    assertThat(row.path("ours").path("values").get(0).isNull()).isTrue();
    assertThat(row.path("met").isNull()).isTrue();
  }

  @Test
  void growthIsThatOfTheFiguresThatWereMeasured() {
    List<Spread> costs =
        List.of(new Spread(List.of(-5.0)), new Spread(List.of(2.0)), new Spread(List.of(20.0)));
    GrowthTable.Column heap = new GrowthTable.Column("heap", "heap", "bytes", costs);
    GrowthTable.Column none =
        new GrowthTable.Column("none", "none", "bytes", List.of(costs.get(0), costs.get(1)));
    GrowthTable table = new GrowthTable("names", List.of(10L, 100L, 1_000L), List.of(heap));
    GrowthTable small = new GrowthTable("names", List.of(10L, 100L), List.of(none));

    new TextTelling(new PrintStream(told, true), System.err, new Ink(false, false), Load.QUICK)
        .growth(MACHINE, List.of(table, small));

    assertThat(told())
        .endsWith(
            """
            names  heap, bytes
            10     -
            100    2.00
            1,000  20.0
                   linear

            names  none, bytes
            10     -
            100    2.00
                   -
            """);
  }

  @Test
  void noRowOfAQuickRunSaysThousands() {
    assertThat(Catalogue.choose(false, List.of()))
        .flatExtracting(Workload.Kind::rows)
        .extracting(row -> row.work(Load.QUICK))
        .isNotEmpty()
        .allSatisfy(work -> assertThat(work).doesNotContain(",000").doesNotContain("#"));
  }

  private String told() {
    return told.toString(StandardCharsets.UTF_8);
  }
}
