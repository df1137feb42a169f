package dev.usernameregistry.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.usernameregistry.examples.bench.frame.Figures;
import dev.usernameregistry.examples.bench.frame.Limits;
import dev.usernameregistry.examples.bench.frame.Load;
import dev.usernameregistry.examples.bench.frame.Result;
import dev.usernameregistry.examples.bench.frame.Row;
import dev.usernameregistry.examples.bench.frame.Side;
import dev.usernameregistry.examples.terminal.JsonLines;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs compared, on machines of different speed; no process is started. */
final class EarlierTest {
  private static final Row WRITES = Row.more("writes", "writing", "/s").beside(Limits.SIGN);
  private static final Row READS = Row.more("reads", "reading", "/s");
  private static final Row DELAY = Row.less("delay", "waiting", "ms");
  private static final Row MEMORY = Row.less("memory", "being there", "bytes");
  private static final List<Row> ALL =
      List.of(Limits.SHA256, Limits.SIGN, Limits.FSYNC, WRITES, READS, DELAY, MEMORY);

  @TempDir Path folder;

  @Test
  void aMachineOfHalfTheSpeedIsNoLoss() throws IOException {
    Earlier earlier = earlier(run(1000, 400, 100, 10, 500, 2.0, 64));

    assertThat(earlier.changes(run(500, 200, 50, 5, 250, 4.0, 64)))
        .hasSize(5)
        .allSatisfy(change -> assertThat(change.factor()).isEqualTo(1, within(1e-9)))
        .noneMatch(Earlier.Change::slower);
  }

  @Test
  void rowsAreComparedByTheirOwnYardstick() throws IOException {
    Earlier earlier = earlier(run(1000, 400, 100, 10, 500, 2.0, 64));

    List<Earlier.Change> changes = earlier.changes(run(1000, 400, 100, 7, 390, 2.6, 81));

    assertThat(changes)
        .filteredOn(Earlier.Change::slower)
        .extracting(change -> change.row().id())
        .containsExactly("writes", "reads", "delay", "memory");
    assertThat(change(changes, WRITES).factor()).isEqualTo(10 / 7.0, within(1e-9));
    assertThat(change(changes, WRITES).yardstick()).contains(Limits.SIGN);
    assertThat(change(changes, READS).yardstick()).contains(Limits.SHA256);
    assertThat(change(changes, DELAY).factor()).isEqualTo(1.3, within(1e-9));
    assertThat(change(changes, MEMORY).yardstick()).isEmpty();
  }

  @Test
  void aSlowerLimitOfOursIsSeenAlthoughItsRowsAreNot() throws IOException {
    Earlier earlier = earlier(run(1000, 400, 100, 10, 500, 2.0, 64));

    List<Earlier.Change> changes = earlier.changes(run(1000, 200, 50, 5, 500, 2.0, 64));

    assertThat(changes)
        .filteredOn(Earlier.Change::slower)
        .extracting(Earlier.Change::row)
        .containsExactly(Limits.SIGN);
  }

  @Test
  void twentyFivePercentAreForgiven() throws IOException {
    Earlier earlier = earlier(run(1000, 400, 100, 10, 500, 2.0, 64));

    assertThat(earlier.changes(run(1000, 400, 100, 8, 400, 2.5, 80)))
        .noneMatch(Earlier.Change::slower);
  }

  @Test
  void onlyRowsOfBothRunsAreCompared() throws IOException {
    Earlier earlier = earlier(results(Map.of(Limits.SHA256, 10.0, READS, 5.0)));

    assertThat(earlier.changes(results(Map.of(Limits.SHA256, 10.0, READS, 5.0, DELAY, 1.0))))
        .extracting(Earlier.Change::row)
        .containsExactly(READS);
  }

  @Test
  void whatIsNoRunIsRefused() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty"));
    Path text = Files.writeString(folder.resolve("text"), "some text");

    assertThatThrownBy(() -> Earlier.read(empty, Load.FULL))
        .hasMessageContaining("holds no results");
    assertThatThrownBy(() -> Earlier.read(text, Load.FULL)).hasMessageContaining("is not what");
    assertThatThrownBy(() -> Earlier.read(folder.resolve("none"), Load.FULL))
        .hasMessageContaining("there is no file");
  }

  @Test
  void aRunOfOtherWorkIsRefused() throws IOException {
    earlier(run(1, 1));
    Path file = folder.resolve("run.json");

    assertThatThrownBy(() -> Earlier.read(file, new Load(false, 2, 0)))
        .hasMessageContaining("is of other work: 1 x as many")
        .hasMessageContaining("this run would do 2 x as many");
    assertThatThrownBy(() -> Earlier.read(file, new Load(false, 1, 10)))
        .hasMessageContaining("this run would do 1 x as many names and registries, 10 bytes");
  }

  private static Earlier.Change change(List<Earlier.Change> changes, Row row) {
    return changes.stream().filter(change -> change.row().equals(row)).findFirst().orElseThrow();
  }

  private static List<Result> run(double... figures) {
    Figures all = new Figures();
    for (int at = 0; at < figures.length; at++) {
      all.add(ALL.get(at), Side.OURS, figures[at]);
    }
    return all.results(ALL);
  }

  private static List<Result> results(Map<Row, Double> figures) {
    Figures all = new Figures();
    figures.forEach((row, figure) -> all.add(row, Side.OURS, figure));
    return all.results(ALL);
  }

  /** Returns a run as it is after it was printed and read. */
  private Earlier earlier(List<Result> results) throws IOException {
    Path file = folder.resolve("run.json");
    try (OutputStream out = Files.newOutputStream(file)) {
      Telling telling = new JsonTelling(new JsonLines(out), Load.FULL);
      telling.begins("something");
      telling.results(
          new Machine(
              Instant.EPOCH,
              "a processor",
              2,
              1,
              "an OS",
              "a JVM",
              "1.0",
              "signatures 1.0",
              Map.of()),
          results);
    }
    return Earlier.read(file, Load.FULL);
  }
}
